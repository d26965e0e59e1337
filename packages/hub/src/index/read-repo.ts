import type { GitReader } from '../git/reader.ts';
import { pullRequestOf } from '../git/ref-names.ts';
import type { RepoFacts } from './facts.ts';
import type { IndexedRepo } from './indexed-repo.ts';
import { mainRef, mainScope, type PullStatus, pullScope, pullStanding } from './pulls.ts';
import { readBenchmark } from './read-benchmark.ts';
import { readCardRow } from './read-card.ts';
import { readResults, type Scope } from './read-results.ts';

/** Everything the index says about a repo, from nothing but git and the status of its pull requests. */
export async function readRepo(
  git: GitReader,
  repo: IndexedRepo,
  refs: Map<string, string>,
  statuses: Map<number, PullStatus>,
): Promise<RepoFacts> {
  const main = refs.get(mainRef) ?? null;
  const facts: RepoFacts = { refs: [], card: null, benchmark: null, results: [], invalid: [] };
  if (main !== null) facts.card = await readCardRow(git, repo, main);
  if (main !== null && repo.type === 'dataset') {
    const read = await readBenchmark(git, repo.id, main);
    facts.benchmark = read.benchmark;
    facts.invalid.push(...read.invalid);
  }
  const scopes =
    repo.type === 'model' ? await findScopes(git, { repo, refs, statuses }) : new Map<string, Scope>();
  for (const [ref, oid] of refs) {
    const base = ref === mainRef ? null : (scopes.get(ref)?.base ?? null);
    facts.refs.push({ repo_id: repo.id, ref, commit_oid: oid, base_oid: base });
  }
  for (const scope of scopes.values()) {
    const rows = await readResults(git, scope);
    facts.results.push(...rows.results);
    facts.invalid.push(...rows.invalid);
  }
  return facts;
}

interface ModelState {
  repo: IndexedRepo;
  refs: Map<string, string>;
  statuses: Map<number, PullStatus>;
}

async function findScopes(git: GitReader, { repo, refs, statuses }: ModelState): Promise<Map<string, Scope>> {
  const main = refs.get(mainRef) ?? null;
  const scopes = new Map<string, Scope>();
  if (main !== null) scopes.set(mainRef, mainScope(repo.id, main));
  for (const [ref, head] of refs) {
    const number = pullRequestOf(ref);
    const standing = number === null ? null : pullStanding(statuses.get(number));
    if (number === null || standing === null) continue;
    scopes.set(ref, await pullScope(git, { repoId: repo.id, number, head, standing }, main));
  }
  return scopes;
}
