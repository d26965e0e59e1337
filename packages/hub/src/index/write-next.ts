import type { HubContext } from '../context.ts';
import type { Repo } from '../repos/repo.ts';
import type { RepoFacts } from './facts.ts';
import { insertFacts } from './rows.ts';

/** What was read of a repo that the scratch schema has no rows of yet. */
export interface NextRead {
  repo: Repo;
  /** Of the live index, from before anything was read. */
  version: number;
  facts: RepoFacts;
}

/** Writes to the scratch schema while the next repos are read. */
export interface NextWriter {
  /** Waits while a whole batch stands in line: what was read and is not yet written has a bound. */
  add(read: NextRead): Promise<void>;
  /** Writes what is left. Whatever failed before, fails here. */
  end(): Promise<void>;
}

/** Results and repos that are written in one transaction, but for the last repo's. */
const batchSize = { results: 500, repos: 50 };

/** @param ready when the scratch schema is there */
export function createNextWriter(ctx: HubContext, ready: Promise<void>): NextWriter {
  let batch: NextRead[] = [];
  let results = 0;
  let inLine = Promise.resolve();
  let written = ready;
  written.catch(() => {}); // as below
  const pass = () => {
    const reads = batch;
    [batch, results] = [[], 0];
    inLine = written;
    written = written.then(() => writeReads(ctx, reads));
    written.catch(() => {}); // whoever adds next or ends hears of it
  };
  return {
    async add(read) {
      batch.push(read);
      results += read.facts.results.length;
      if (results >= batchSize.results || batch.length >= batchSize.repos) pass();
      await inLine;
    },
    async end() {
      pass();
      await written;
    },
  };
}

async function writeReads(ctx: HubContext, reads: NextRead[]): Promise<void> {
  if (reads.length === 0) return;
  const versions = [reads.map(({ repo }) => repo.id), reads.map(({ version }) => version)];
  const facts = reads.map((read) => read.facts);
  await ctx.db.tx((tx) =>
    Promise.all([
      tx.query('SET LOCAL synchronous_commit = off'), // a lost row of the scratch schema costs nothing
      insertFacts(tx, 'derived_next', facts),
      tx.query(
        'INSERT INTO derived_next.versions (repo_id, version) SELECT * FROM unnest($1::text[], $2::bigint[])',
        versions,
      ),
    ]),
  );
}
