import type { HubContext } from '../context.ts';
import { readDerivedSchema } from '../db/derived-schema.ts';
import type { Tx } from '../db/sql.ts';
import { createPromptFiles, type SmallFiles } from '../git/small-files.ts';
import { type Repo, repoColumns, toRepo } from '../repos/repo.ts';
import { findRepoById } from '../repos/require-repo.ts';
import { refreshAllBest, refreshBestOfDataset, refreshBestOfModel } from './best.ts';
import { bindNext } from './bind-next.ts';
import { copyVersion, fillNext } from './fill-next.ts';
import { keepFacts, unlessUnreadable } from './keep-known.ts';
import { loadPullStatuses } from './pulls.ts';
import { readRepo } from './read-repo.ts';
import { type BoundBenchmark, noteRevisions, refreshRevisions } from './revisions.ts';
import { loadRefs, replaceFacts } from './rows.ts';

/** What results are found and joined by. The wide columns take most of the time, and autovacuum looks at them later. */
const analyzed =
  'repo_id, scope, filename, position, dataset_key, task_id, revision, setup_class, standing, result_id';

const createIndex = /^CREATE INDEX [^;]*;/gm;

/**
 * Fills `derived_next`, heals what has to be healed on the way, and swaps. Readers and writers go on all the while, but
 * for the swap, which redoes only the repos that moved on since they were read.
 */
export async function rebuild(ctx: HubContext): Promise<void> {
  const schema = (await readDerivedSchema()).replaceAll(/\bderived\b/g, 'derived_next');
  const repos = await listRepos(ctx);
  const files = createPromptFiles();
  const unreadable = await fillNext(ctx, { files, ready: makeNext(ctx, schema) }, repos);
  await ctx.db.query(`ANALYZE derived_next.results (${analyzed}), derived_next.refs, derived_next.versions`);
  const [ofPlaces, others] = splitIndexes(schema.match(createIndex) ?? []);
  await Promise.all([ctx.db.query(others), placeAll(ctx, files, unreadable)]);
  await ctx.db.query(ofPlaces);
  await ctx.db.tx((tx) => swap(ctx, tx));
}

/** An index over all rows at once costs a fraction of one that grows with each; until then nobody looks for single rows. */
async function makeNext(ctx: HubContext, schema: string): Promise<void> {
  await ctx.db.query('DROP SCHEMA IF EXISTS derived_next CASCADE');
  await ctx.db.query(schema.replaceAll(createIndex, ''));
}

/** Reads nothing but what `fillNext` wrote: the indexes of that are made meanwhile. */
async function placeAll(ctx: HubContext, files: SmallFiles, unreadable: Set<string>): Promise<void> {
  await bindNext(ctx, files, unreadable);
  await refreshAllBest(ctx.db, 'derived_next');
}

/** The statements for what `placeAll` writes, and those for all else. */
function splitIndexes(statements: string[]): [ofPlaces: string, others: string] {
  const isOfPlaces = (statement: string) => / ON derived_next\.(best|counts) /.test(statement);
  return [
    statements.filter(isOfPlaces).join('\n'),
    statements.filter((statement) => !isOfPlaces(statement)).join('\n'),
  ];
}

export async function listRepos(ctx: HubContext): Promise<Repo[]> {
  const rows = await ctx.db.query<object>(
    `SELECT ${repoColumns} FROM record.repos r WHERE r.deleted_at IS NULL ORDER BY r.type, r.id`,
  );
  return rows.map(toRepo);
}

/**
 * The lock on `versions` waits for index transactions under way and holds new ones off. What is redone here is read at
 * the refs the live index knows, not at git's: a push that waits for us has its acts still to write.
 */
async function swap(ctx: HubContext, tx: Tx): Promise<void> {
  await tx.query('LOCK TABLE derived.versions IN EXCLUSIVE MODE');
  const moved = await tx.query<{ repo_id: string }>(
    `SELECT coalesce(v.repo_id, n.repo_id) AS repo_id
     FROM derived.versions v FULL JOIN derived_next.versions n USING (repo_id)
     LEFT JOIN record.repos r ON r.id = n.repo_id AND r.deleted_at IS NULL
     WHERE v.version IS DISTINCT FROM n.version
       AND NOT (v.version IS NULL AND n.version = 0 AND r.id IS NOT NULL)`, // read, and new to the live index still
  );
  for (const { repo_id: id } of moved) await redo(ctx, tx, id);
  await tx.query(`INSERT INTO derived_next.meta SELECT * FROM derived.meta WHERE key <> 'filled'`);
  await tx.query(`INSERT INTO derived_next.meta (key, value) VALUES ('filled', 'true')`);
  await tx.query('DROP SCHEMA derived CASCADE');
  await tx.query('ALTER SCHEMA derived_next RENAME TO derived');
}

async function redo(ctx: HubContext, tx: Tx, repoId: string): Promise<void> {
  const repo = await findRepoById(tx, repoId);
  const refs = new Map((await loadRefs(tx, repoId)).map((row) => [row.ref, row.commit_oid]));
  const statuses = await loadPullStatuses(tx, repoId);
  const facts = repo
    ? await unlessUnreadable(ctx, repoId, () => readRepo(ctx.git.reader(repoId), repo, refs, statuses))
    : { refs: [], card: null, benchmark: null, results: [], invalid: [] };
  if (facts) await replaceFacts(tx, 'derived_next', repoId, facts);
  else await keepFacts(tx, repoId);
  await copyVersion(tx, repoId);
  await noteRevisions(ctx, tx, 'derived_next', repoId);
  await refreshBestOfModel(tx, 'derived_next', repoId);
  if (repo?.type === 'dataset') await rebind(ctx, tx, repo);
}

async function rebind(ctx: HubContext, tx: Tx, repo: Repo): Promise<void> {
  const key = repo.fullName.toLowerCase();
  const benchmark = await tx.maybe<NonNullable<BoundBenchmark['benchmark']>>(
    'SELECT commit_oid, leaderboard, tasks FROM derived_next.benchmarks WHERE repo_id = $1',
    [repo.id],
  );
  await refreshRevisions(ctx, tx, 'derived_next', { repoId: repo.id, key, benchmark });
  await refreshBestOfDataset(tx, 'derived_next', key);
}
