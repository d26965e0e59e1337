import type { RepoType } from '@assay/spec';
import { showsRedacted, takenAway } from '../contested/redact-objects.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { GitReader } from '../git/reader.ts';
import type { TreeEntry } from '../git/tree-walk.ts';
import type { HubApp } from '../http/app.ts';
import { queryOf } from '../http/query.ts';
import { decodeSegment, rawRest } from '../http/raw-path.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { entryNotFound, locate, orEntryNotFound, type Place } from './locate.ts';
import { typePlurals } from './repos.ts';

/** Longer diffs are cut. Bytes. */
const maxDiff = 8 * 1024 * 1024;
const chunk = 1_000;

/** What lies between two revisions, and how large a folder is. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals)) perType(app, ctx, plural, type);
}

function perType(app: HubApp, ctx: HubContext, plural: string, type: RepoType): void {
  const path = `/api/${plural}/:namespace/:name` as const;

  app.get(`${path}/compare/*`, async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, c.var.actor, type, fullName, 'content');
    const git = ctx.git.reader(repo.id);
    const range = rawRest(c.req.raw, 5).split('/').map(decodeSegment).join('/');
    const [from, to] = await Promise.all(rangeOf(range).map((revision) => requireCommit(git, revision)));
    if (await showsRedacted(ctx, repo.id, { from: from!, to: to! }))
      throw new HubError('redacted', takenAway);
    const text = queryOf(c.req.raw).flag('raw')
      ? await rawLines(git, from!, to!)
      : (await git.diff(from!, to!, maxDiff)).text;
    return c.text(text, 200, { 'x-content-type-options': 'nosniff', 'x-repo-commit': to! });
  });

  app.get(`${path}/treesize/*`, async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const place = await locate(ctx, c.var.actor, { type, fullName, rest: rawRest(c.req.raw, 5) }, 'read');
    return c.json({ path: `/${place.path}`, size: await orEntryNotFound(place, () => sizeOf(place)) });
  });
}

/** `a..b`: what b has and a has not. */
function rangeOf(range: string): [string, string] {
  const [from, to, ...rest] = range.split('..');
  if (from && to && rest.length === 0) return [from, to];
  throw new HubError('invalid-input', 'name two revisions: compare/BASE..HEAD');
}

async function requireCommit(git: GitReader, revision: string): Promise<string> {
  const commit = await git.resolve(revision);
  if (commit) return commit;
  throw new HubError('revision-not-found', `Invalid rev id: ${revision}`);
}

/** Git's `diff --raw`: modes, oids, a letter, the path. */
async function rawLines(git: GitReader, from: string, to: string): Promise<string> {
  const letters = { added: 'A', modified: 'M', deleted: 'D' } as const;
  const nothing = { mode: '000000', oid: '0'.repeat(40) };
  const changes = await git.changedPaths(from, to);
  return changes
    .map((change) => {
      const [old, now] = [change.old ?? nothing, change.new ?? nothing];
      return `:${old.mode} ${now.mode} ${old.oid} ${now.oid} ${letters[change.status]}\t${change.path}\n`;
    })
    .join('');
}

/** Bytes of all files below a folder, large ones by their real size. */
async function sizeOf({ reader, commit, path }: Place): Promise<number> {
  if (path !== '' && (await reader.entry(commit, path)) === null) throw entryNotFound(path, commit);
  let total = 0;
  let entries: TreeEntry[] = [];
  const add = async () => {
    for (const { size } of await reader.sized(entries)) total += size;
    entries = [];
  };
  for await (const entry of reader.entries(commit, path, { recursive: true })) {
    if (entry.type === 'file') entries.push(entry);
    if (entries.length === chunk) await add();
  }
  await add();
  return total;
}
