import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import type { GitReader } from '../git/reader.ts';
import { pullRequestOf } from '../git/ref-names.ts';
import { toActs } from './act-diff.ts';
import { toStand, writeActs } from './acts.ts';
import type { RefRow } from './facts.ts';
import type { IndexedMove } from './indexed-repo.ts';
import { placeModel } from './place-model.ts';
import {
  loadPullStatuses,
  mainRef,
  mainScope,
  mergedBy,
  type PullStatus,
  pullScope,
  pullStanding,
} from './pulls.ts';
import { readResults, type Scope, type ScopeRows } from './read-results.ts';
import { changeRows, loadRefs, loadScopes, setBases } from './rows.ts';
import { findTouchedPulls } from './touched-pulls.ts';

/** What the index and the record know before the move. */
interface Known {
  known: Map<string, RefRow>;
  statuses: Map<number, PullStatus>;
  /** Knows the repo's refs as they are before the move. */
  refs: GitReader;
}

/** A place whose rows are read anew; `scope` null: nothing stands there any more. */
interface Redo {
  number: number;
  scope: Scope | null;
  /** The head it was read at before, when what is its own is counted from the same commit as then. */
  earlierHead: string | null;
}

/** Reads the results of every place that the updates touch; answers the new merge bases by ref. */
export async function indexModel(
  ctx: Pick<HubContext, 'git'>,
  tx: Tx,
  move: IndexedMove,
): Promise<Map<string, string | null>> {
  const { repo, git, updates, cause } = move;
  const bases = new Map<string, string | null>();
  const touched = updates.some(({ ref }) => ref === mainRef || pullRequestOf(ref) !== null);
  if (!touched) return bases;
  const [refs, statuses] = await Promise.all([loadRefs(tx, repo.id), loadPullStatuses(tx, repo.id)]);
  const known = new Map(refs.map((row) => [row.ref, row]));
  const redo = await findPlaces({ ...move, known, statuses, refs: ctx.git.reader(repo.id) }, bases);
  const numbers = redo.map((place) => place.number);
  const before = await loadScopes(tx, repo.id, numbers);
  const after: ScopeRows = { results: [], invalid: [] };
  for (const { number, scope, earlierHead } of redo) {
    if (scope === null) continue;
    const earlier = earlierHead === null ? undefined : { head: earlierHead, rows: onlyScope(before, number) };
    const rows = await readResults(git, scope, earlier);
    after.results.push(...rows.results);
    after.invalid.push(...rows.invalid);
  }
  const acts = toActs({
    before: before.results.map(toStand),
    after: after.results.map(toStand),
    merging: mergedBy(cause.via, updates),
  });
  const [changed] = await Promise.all([
    changeRows(tx, repo.id, before, after),
    setBases(tx, repo.id, bases),
    writeActs(tx, repo, acts, cause),
  ]);
  const boards = new Set(changed.map((row) => row.dataset_key));
  if (boards.size > 0) await placeModel(ctx, tx, repo.id, [...boards]);
  return bases;
}

function onlyScope(rows: ScopeRows, number: number): ScopeRows {
  return {
    results: rows.results.filter((row) => row.scope === number),
    invalid: rows.invalid.filter((row) => row.scope === number),
  };
}

async function findPlaces(
  { repo, git, updates, known, statuses, refs }: IndexedMove & Known,
  bases: Map<string, string | null>,
): Promise<Redo[]> {
  const moved = new Map(updates.map((update) => [update.ref, update.new]));
  const headOf = (ref: string) => (moved.has(ref) ? moved.get(ref)! : (known.get(ref)?.commit_oid ?? null));
  const main = headOf(mainRef);
  const redo: Redo[] = [];
  if (moved.has(mainRef)) {
    const earlierHead = known.get(mainRef)?.commit_oid ?? null;
    redo.push({ number: 0, scope: main === null ? null : mainScope(repo.id, main), earlierHead });
  }
  const touched = await findTouched({ git, refs }, known, moved.get(mainRef));
  for (const ref of new Set([...known.keys(), ...moved.keys()])) {
    const number = pullRequestOf(ref);
    if (number === null || !(moved.has(ref) || moved.has(mainRef))) continue;
    const was = known.get(ref);
    const stays = was !== undefined && !moved.has(ref) && touched !== null && !touched.has(ref);
    const pull = { repoId: repo.id, number, head: headOf(ref), ...(stays && { base: was.base_oid }) };
    const scope = await openScope(git, pull, statuses, main);
    const base = scope?.base ?? null;
    const sameBase = was !== undefined && was.base_oid === base;
    bases.set(ref, base);
    if (sameBase && was.commit_oid === headOf(ref) && scope !== null) continue;
    redo.push({ number, scope, earlierHead: sameBase ? was.commit_oid : null });
  }
  return redo;
}

/** Refs of pull requests that may have another merge base with main's new head; null: any may. */
async function findTouched(
  reads: { git: GitReader; refs: GitReader },
  known: Map<string, RefRow>,
  is: string | null | undefined,
): Promise<Set<string> | null> {
  const was = known.get(mainRef)?.commit_oid;
  const pulls = [...known.values()].filter(({ ref }) => pullRequestOf(ref) !== null);
  if (pulls.length === 0) return new Set();
  return was && is ? findTouchedPulls(reads, { was, is }, pulls) : null;
}

async function openScope(
  git: GitReader,
  pull: { repoId: string; number: number; head: string | null; base?: string | null },
  statuses: Map<number, PullStatus>,
  main: string | null,
): Promise<Scope | null> {
  const standing = pullStanding(statuses.get(pull.number));
  if (pull.head === null || standing === null) return null;
  const { repoId, number, head, base } = pull;
  if (base !== undefined) return { repoId, number, head, standing, base };
  return pullScope(git, { repoId, number, head, standing }, main);
}
