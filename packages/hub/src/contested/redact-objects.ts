import { parseEvalResults, resultId as toResultId } from '@assay/spec';
import type { HubContext } from '../context.ts';
import type { Sql, Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';

/** What is said in place of what was redacted. */
export const takenAway = 'an administrator took this content away';
/** Files larger than this were never read as results. Bytes. */
const maxRead = 2 ** 20;

interface Content {
  /** Versions of the result's file that hold it. */
  versions: string[];
  /** Objects that only its redacted pull requests led to. */
  alone: string[];
}

/** What of a repo's objects must go with a result. Its pull requests' refs are gone already; under the repo's lock. */
export async function findContent(
  ctx: HubContext,
  tx: Tx,
  repoId: string,
  resultId: string,
): Promise<Content> {
  const purge = ctx.git.purge(repoId);
  const { filenames, pulls } = await tx.one<{ filenames: string[]; pulls: number[] }>(
    `SELECT coalesce(array_agg(DISTINCT filename) FILTER (WHERE filename <> ''), '{}') AS filenames,
            coalesce(array_agg(DISTINCT pull_request) FILTER (WHERE pull_request IS NOT NULL), '{}') AS pulls
     FROM record.acts WHERE result_id = $1`,
    [resultId],
  );
  const { gone, kept } = await readTips(ctx, tx, repoId, pulls);
  const versions: string[] = [];
  for (const path of filenames)
    for (const oid of await purge.versions({ path, tips: [...gone, ...kept] }))
      if (await holds(ctx, repoId, { oid, path, resultId })) versions.push(oid);
  return { versions, alone: await purge.onlyReachable({ tips: gone, kept }) };
}

/**
 * Commits that pushes ever brought: those of pull requests whose ref is gone, and all others. The latter stay readable,
 * also where no ref names them any more, as what was public does.
 */
async function readTips(
  ctx: HubContext,
  sql: Sql,
  repoId: string,
  pulls: number[],
): Promise<{ gone: string[]; kept: string[] }> {
  const reader = ctx.git.reader(repoId);
  const doomed = new Set<string>();
  for (const num of pulls) if ((await reader.ref(`refs/pr/${num}`)) === null) doomed.add(`refs/pr/${num}`);
  const rows = await sql.query<{ ref: string; oid: string }>(
    `SELECT DISTINCT u ->> 'ref' AS ref, o.oid FROM record.pushes p, jsonb_array_elements(p.updates) u,
       LATERAL (VALUES (u ->> 'old'), (u ->> 'new')) o (oid)
     WHERE p.repo_id = $1 AND o.oid IS NOT NULL`,
    [repoId],
  );
  const here: typeof rows = [];
  for (const row of rows) if ((await reader.size(row.oid)) !== null) here.push(row);
  const [gone, kept] = [true, false].map((going) =>
    here.filter(({ ref }) => doomed.has(ref) === going).map(({ oid }) => oid),
  );
  return { gone: gone!, kept: kept! };
}

async function holds(
  ctx: HubContext,
  repoId: string,
  { oid, path, resultId }: { oid: string; path: string; resultId: string },
): Promise<boolean> {
  const reader = ctx.git.reader(repoId);
  const size = await reader.size(oid);
  if (size === null || size > maxRead) return false;
  const parsed = parseEvalResults((await reader.blob(oid)).toString('utf8'));
  return parsed.ok && parsed.value.some((entry) => toResultId(repoId, path, entry) === resultId);
}

/** Keeps what must go, before anything goes: an interrupted removal is finished by saying it again. */
export async function noteContent(
  tx: Tx,
  { repoId, resultId, versions, alone }: Content & { repoId: string; resultId: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO record.redacted_objects (repo_id, oid, result_id, version)
     SELECT $1, oid, $2, oid = ANY ($3::text[]) FROM unnest($3::text[] || $4::text[]) AS o (oid)
     ON CONFLICT (repo_id, oid) DO UPDATE SET version = redacted_objects.version OR excluded.version`,
    [repoId, resultId, versions, alone.filter((oid) => !versions.includes(oid))],
  );
}

/** Deletes what was noted and no ref leads to. In the transaction that says so, so that no kept answer outlives it. */
export async function removeContent(
  ctx: HubContext,
  repoId: string,
): Promise<{ removed: number; held: number }> {
  return ctx.db.tx(async (tx) => {
    await tx.lockRepo(repoId);
    const rows = await tx.query<{ oid: string }>(
      'SELECT oid FROM record.redacted_objects WHERE repo_id = $1 AND removed_at IS NULL',
      [repoId],
    );
    const oids = rows.map(({ oid }) => oid);
    const held = new Set(await ctx.git.purge(repoId).reachable(oids));
    const going = oids.filter((oid) => !held.has(oid));
    if (going.length > 0) await ctx.git.purge(repoId).remove(going);
    await tx.query(
      'UPDATE record.redacted_objects SET removed_at = $3 WHERE repo_id = $1 AND oid = ANY ($2::text[])',
      [repoId, going, ctx.clock()],
    );
    return { removed: going.length, held: held.size };
  });
}

/** Which of some files' versions may be shown to nobody. */
export async function findRedacted(sql: Sql, repoId: string, oids: string[]): Promise<Set<string>> {
  const rows = await sql.query<{ oid: string }>(
    'SELECT oid FROM record.redacted_objects WHERE repo_id = $1 AND version AND oid = ANY ($2::text[])',
    [repoId, oids],
  );
  return new Set(rows.map(({ oid }) => oid));
}

/** @throws HubError `redacted` when a version of a file was redacted in its repo */
export async function assertNotRedacted(sql: Sql, repoId: string, oids: string[]): Promise<void> {
  const found = await findRedacted(sql, repoId, oids);
  if (found.size > 0) throw new HubError('redacted', takenAway);
}

/** Whether a change between two commits shows such a version. Costs one query where nothing was ever redacted. */
export async function showsRedacted(
  ctx: HubContext,
  repoId: string,
  { from, to }: { from: string; to: string },
): Promise<boolean> {
  const any = await ctx.db.maybe(
    'SELECT 1 FROM record.redacted_objects WHERE repo_id = $1 AND version LIMIT 1',
    [repoId],
  );
  if (!any) return false;
  const changes = await ctx.git.reader(repoId).changedPaths(from, to);
  const oids = changes.flatMap((change) => [change.old?.oid ?? [], change.new?.oid ?? []].flat());
  return (await findRedacted(ctx.db, repoId, oids)).size > 0;
}
