import type { RepoType, WirePreuploadAnswer } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { ignoreFilter, lfsFilter } from '../git/attributes.ts';
import { pathFault } from '../git/path-rules.ts';
import type { HubApp } from '../http/app.ts';
import { queryOf } from '../http/query.ts';
import { rawRest } from '../http/raw-path.ts';
import { optionalText, readJsonObject } from '../http/request-body.ts';
import { fileRule } from '../receive/file-rules.ts';
import { isText } from './is-text.ts';
import { locate, type Place } from './locate.ts';
import { typePlurals } from './repos.ts';
import { requireContributor } from './require-contributor.ts';

/** Files of one request. */
const maxFiles = 1000;

/** Tells, before an upload, how each file is to be sent, and which need not be sent at all. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals)) perType(app, ctx, plural, type);
}

function perType(app: HubApp, ctx: HubContext, plural: string, type: RepoType): void {
  app.post(`/api/${plural}/:namespace/:name/preupload/*`, async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const rest = rawRest(c.req.raw, 5);
    const place = await locate(ctx, c.var.actor, { type, fullName, rest }, 'read');
    const asPullRequest = queryOf(c.req.raw).flag('create_pr') || place.revision.startsWith('refs/pr/');
    await requireContributor(ctx, c.var.actor, place.repo, asPullRequest);
    const wanted = parseRequest(await readJsonObject(c.req.raw, ctx.config.maxRequestMib));
    const files = await judgeFiles(place, wanted, ctx.config.maxRegularFileMib * 2 ** 20);
    return c.json({ files, commitOid: place.commit } satisfies WirePreuploadAnswer);
  });
}

interface Wanted {
  files: { path: string; size: number; sample: Uint8Array }[];
  gitIgnore: string | undefined;
  gitAttributes: string | undefined;
}

function parseRequest(body: Record<string, unknown>): Wanted {
  if (!Array.isArray(body.files)) throw new HubError('invalid-input', '"files" must be a list');
  if (body.files.length > maxFiles)
    throw new HubError('invalid-input', `at most ${maxFiles} files in one request`);
  return {
    files: body.files.map(parseFile),
    gitIgnore: optionalText(body, 'gitIgnore', 2 ** 20),
    gitAttributes: optionalText(body, 'gitAttributes', 2 ** 20),
  };
}

function parseFile(file: unknown) {
  const { path, size, sample } = (file ?? {}) as Record<string, unknown>;
  const fault = typeof path === 'string' ? pathFault(path) : 'is missing';
  if (fault) throw new HubError('invalid-input', `the path "${path}" ${fault}`);
  if (!Number.isSafeInteger(size))
    throw new HubError('invalid-input', `"${path}": "size" must be a whole number`);
  const bytes = Buffer.from(typeof sample === 'string' ? sample : '', 'base64');
  return { path: path as string, size: size as number, sample: bytes };
}

async function judgeFiles(
  place: Place,
  wanted: Wanted,
  maxRegular: number,
): Promise<WirePreuploadAnswer['files']> {
  const { reader, commit, repo } = place;
  const isLfs = lfsFilter(wanted.gitAttributes ?? (await textOf(place, '.gitattributes')));
  const isIgnored = ignoreFilter(await textOf(place, '.gitignore'), wanted.gitIgnore ?? '');
  return Promise.all(
    wanted.files.map(async ({ path, size, sample }) => {
      // What the hub reads must be in git itself, whatever the attributes say.
      const large = !fileRule(repo.type, path) && (isLfs(path) || size > maxRegular || !isText(sample));
      const entry = await reader.entry(commit, path);
      const [now] = entry?.type === 'file' ? await reader.sized([entry]) : [];
      const oid = now && { oid: now.lfs?.oid ?? now.oid };
      return {
        path,
        uploadMode: large ? ('lfs' as const) : ('regular' as const),
        shouldIgnore: isIgnored(path),
        ...oid,
      };
    }),
  );
}

async function textOf({ reader, commit }: Place, path: string): Promise<string> {
  const entry = await reader.entry(commit, path);
  if (entry?.type !== 'file' || ((await reader.size(entry.oid)) ?? 0) > 2 ** 20) return '';
  return (await reader.blob(entry.oid)).toString('utf8');
}
