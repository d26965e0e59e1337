import type { HubContext } from '../context.ts';
import type { Db, Tx } from '../db/sql.ts';
import { GitError } from '../git/git-error.ts';
import type { SmallFiles } from '../git/small-files.ts';
import type { Repo } from '../repos/repo.ts';
import { findRepoById } from '../repos/require-repo.ts';
import { loadRecordedPlaces } from './acts.ts';
import { healRepo, sameRefs } from './heal.ts';
import { keepFacts, unlessUnreadable } from './keep-known.ts';
import { loadStatusesOf, type PullStatus } from './pulls.ts';
import { readRepo } from './read-repo.ts';
import { placeKey, type ResultPlace, toPlaces } from './result-place.ts';
import { replaceFacts } from './rows.ts';
import { createNextWriter, type NextRead, type NextWriter } from './write-next.ts';

/** Repos that are asked about together, and how many of these groups are under way at once. */
const groupSize = 64;
const groupsAtOnce = 2;
/** Repos of a group that are read from git at once. */
const readersAtOnce = 8;

/**
 * Fills the scratch schema, groups of repos at a time and without a lock on them: a repo's version is noted before
 * anything of it is read, so that the swap sees whether it moved on. Repos whose record, index and git disagree are
 * healed first, each under its lock. Answers which repos git cannot read.
 * @param hands `ready`: when the scratch schema is there; reading need not wait for it
 */
export async function fillNext(ctx: HubContext, hands: FillHands, repos: Repo[]): Promise<Set<string>> {
  const groups: Repo[][] = [];
  for (let from = 0; from < repos.length; from += groupSize) groups.push(repos.slice(from, from + groupSize));
  const writer = createNextWriter(ctx, hands.ready);
  const fill: Fill = { ctx, ...hands, writer, unreadable: new Set() };
  await atOnce(groups, groupsAtOnce, (group) => fillGroup(fill, group));
  await fill.writer.end();
  return fill.unreadable;
}

interface FillHands {
  files: SmallFiles;
  ready: Promise<void>;
}

interface Fill extends FillHands {
  ctx: HubContext;
  writer: NextWriter;
  unreadable: Set<string>;
}

/** Works through a list, so many at a time. */
async function atOnce<T>(list: T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = list.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

async function fillGroup(fill: Fill, group: Repo[]): Promise<void> {
  const known = await loadKnown(
    fill.ctx.db,
    group.map(({ id }) => id),
  );
  const odd: Repo[] = [];
  await atOnce(group, readersAtOnce, async (repo) => {
    const read = await readInLine(fill, repo, known).catch(leaveUnreadable);
    if (read) await fill.writer.add(read);
    else odd.push(repo);
  });
  for (const repo of odd) await rebuildOne(fill, repo);
}

/** Whether it stays so is found out under the repo's lock. */
function leaveUnreadable(error: unknown): null {
  if (error instanceof GitError) return null;
  throw error;
}

/** What index and record say of a group of repos. */
interface Known {
  versions: Map<string, number>;
  refs: Map<string, { ref: string; commit_oid: string }[]>;
  pending: Set<string>;
  statuses: Map<string, Map<number, PullStatus>>;
  places: Map<string, ResultPlace[]>;
}

function loadKnown(db: Db, ids: string[]): Promise<Known> {
  return db.tx(async (tx) => {
    const [versions, refs, pending, statuses, places] = await Promise.all([
      // First of all: what changes later than this is seen by the swap.
      tx.query<{ repo_id: string; version: number }>(
        'SELECT repo_id, version FROM derived.versions WHERE repo_id = ANY($1)',
        [ids],
      ),
      tx.query<{ repo_id: string; ref: string; commit_oid: string }>(
        'SELECT repo_id, ref, commit_oid FROM derived.refs WHERE repo_id = ANY($1)',
        [ids],
      ),
      tx.query<{ repo_id: string }>(
        'SELECT DISTINCT repo_id FROM record.pushes WHERE repo_id = ANY($1) AND applied_at IS NULL',
        [ids],
      ),
      loadStatusesOf(tx, ids),
      loadRecordedPlaces(tx, ids),
    ]);
    return {
      versions: new Map(versions.map(({ repo_id, version }) => [repo_id, version])),
      refs: Map.groupBy(refs, ({ repo_id }) => repo_id),
      pending: new Set(pending.map(({ repo_id }) => repo_id)),
      statuses,
      places,
    };
  });
}

/** What git says of a repo; null when the record or the index says otherwise, or a push may be under way. */
async function readInLine({ ctx, files }: Fill, repo: Repo, known: Known): Promise<NextRead | null> {
  const { id } = repo;
  if (known.pending.has(id)) return null;
  const version = known.versions.get(id);
  // A dataset that is new to the index may bring errata with it.
  if (version === undefined && repo.type === 'dataset') return null;
  const git = ctx.git.reader(id, files);
  const refs = await git.refs();
  if (version !== undefined && !sameRefs(refs, known.refs.get(id) ?? [])) return null;
  const facts = await readRepo(git, repo, refs, known.statuses.get(id) ?? new Map());
  if (!samePlaces(toPlaces(facts), known.places.get(id) ?? [])) return null;
  return { repo, version: version ?? 0, facts };
}

function samePlaces(a: ResultPlace[], b: ResultPlace[]): boolean {
  const closed = new Map(b.map((place) => [placeKey(place), place.closed]));
  return a.length === b.length && a.every((place) => closed.get(placeKey(place)) === place.closed);
}

async function rebuildOne({ ctx, ready, unreadable }: Fill, { id }: Repo): Promise<void> {
  await ready;
  const healed = await unlessUnreadable(ctx, id, () =>
    ctx.db.tx(async (tx) => {
      await tx.lockRepo(id);
      const repo = await findRepoById(tx, id);
      if (!repo) return [];
      const { facts } = await healRepo(ctx, tx, repo);
      await replaceFacts(tx, 'derived_next', id, facts);
      await copyVersion(tx, id);
      return [id];
    }),
  );
  if (healed !== null) return;
  await ctx.db.tx((tx) => keepFacts(tx, id));
  unreadable.add(id);
}

export async function copyVersion(tx: Tx, repoId: string): Promise<void> {
  await tx.query('DELETE FROM derived_next.versions WHERE repo_id = $1', [repoId]);
  await tx.query(
    `INSERT INTO derived_next.versions SELECT repo_id, version FROM derived.versions WHERE repo_id = $1`,
    [repoId],
  );
}
