import { parseRepoName, type RepoType } from '@assay/spec';
import type { Context } from 'hono';
import { requireAdmin } from '../auth/authenticate.ts';
import { origin as originReader } from '../config/readers.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp, HubEnv } from '../http/app.ts';
import { optionalText, optionalWord, readJsonObject, requiredText } from '../http/request-body.ts';
import { describeMirror, endMirror, ensureMirror, findMirror } from '../mirror/mirrors.ts';
import { createOrigin, type Origin } from '../mirror/origin.ts';
import type { Repo } from '../repos/repo.ts';
import { findRepoById, requireRepo } from '../repos/require-repo.ts';

const huggingFace = 'https://huggingface.co';
const types = ['dataset', 'model'] as const;
const path = '/api/assay/mirrors/:type/:namespace/:name';

/** Repos that follow one on another hub. Administrators make them: the hub goes where they say. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.post('/api/assay/mirrors', async (c) => {
    const actor = requireAdmin(c.var.actor);
    const body = await readJsonObject(c.req.raw, 1);
    const name = requiredText(body, 'name', 200);
    if (!parseRepoName(name).ok) throw new HubError('invalid-input', '"name" must be ORG/NAME');
    const endpoint = endpointOf(optionalText(body, 'from', 1_000) ?? huggingFace);
    const type = optionalWord(body, 'type', types);
    const found = await findOrigin(endpoint, name, type ? [type] : types, c.req.raw.signal);
    const repoId = await ensureMirror(ctx, actor, {
      type: found.type,
      endpoint,
      originName: found.name,
      pageUrl: found.pageUrl,
      name: optionalText(body, 'as', 200) ?? found.name,
      maxLargeFile: limitOf(body),
    });
    const repo = (await findRepoById(ctx.db, repoId))!;
    return c.json(await describe(ctx, repo), 202);
  });

  app.get(path, async (c) => c.json(await describe(ctx, await repoOf(ctx, c))));

  app.delete(path, async (c) => {
    const actor = requireAdmin(c.var.actor);
    const repo = await repoOf(ctx, c);
    await describe(ctx, repo);
    await endMirror(ctx, actor, repo);
    return c.json({});
  });
}

async function describe(ctx: HubContext, repo: Repo): Promise<object> {
  const mirror = await findMirror(ctx, repo.id);
  if (mirror) return describeMirror(ctx, repo, mirror);
  throw new HubError('not-found', `${repo.type} ${repo.fullName} is no mirror`);
}

function repoOf(ctx: HubContext, c: Context<HubEnv>): Promise<Repo> {
  const type = types.find((known) => known === c.req.param('type'));
  if (!type) throw new HubError('not-found', `the type of a mirror is one of ${types.join(', ')}`);
  return requireRepo(ctx, c.var.actor, type, `${c.req.param('namespace')}/${c.req.param('name')}`, 'read');
}

function endpointOf(text: string): string {
  const reading = originReader.read(text.replace(/\/+$/, ''));
  if ('value' in reading) return reading.value;
  throw new HubError('invalid-input', `"from" must be ${reading.problem}`);
}

/** `maxLargeFile`: bytes; left out or null: all large files are brought. */
function limitOf(body: Record<string, unknown>): number | null {
  const { maxLargeFile = null } = body;
  if (maxLargeFile === null) return null;
  if (Number.isSafeInteger(maxLargeFile) && (maxLargeFile as number) >= 0) return maxLargeFile as number;
  throw new HubError('invalid-input', '"maxLargeFile" must be a number of bytes');
}

/** Looks for the repo there, so that a wrong name is told at once. */
async function findOrigin(
  endpoint: string,
  name: string,
  candidates: readonly RepoType[],
  signal: AbortSignal,
): Promise<{ type: RepoType; name: string } & Pick<Origin, 'pageUrl'>> {
  let fault: unknown;
  for (const type of candidates) {
    const address = { endpoint, type, signal };
    try {
      const told = await createOrigin({ ...address, name }).info();
      if (told.open)
        return { type, name: told.name, pageUrl: createOrigin({ ...address, name: told.name }).pageUrl };
      throw new HubError(
        'forbidden',
        `${name} is private or gated at ${endpoint}; only open repos are mirrored`,
      );
    } catch (error) {
      fault ??= error;
      const absent = error instanceof HubError && ['entry-not-found', 'forbidden'].includes(error.code);
      if (!absent) throw error;
    }
  }
  throw fault;
}
