import type { Sql } from '../db/sql.ts';

/**
 * Answers the state of the database: two equal texts mean that no transaction that wrote anything has ended in between,
 * in whatever process. The state is always read after the question was put; questions that come while one is on its way
 * to the database share the next one, so that a thousand cost two.
 */
export function createFreshVersion(sql: Sql): () => Promise<string> {
  let running: Promise<unknown> = Promise.resolve();
  let waiting: Promise<string> | null = null;
  return () => {
    waiting ??= running.then(() => {
      waiting = null;
      const asking = readVersion(sql);
      running = asking.catch(() => {});
      return asking;
    });
    return waiting;
  };
}

/** xmin:xmax:running ids: each ending of a transaction with an id changes it for good (PostgreSQL, 9.27.8). */
async function readVersion(sql: Sql): Promise<string> {
  return (await sql.one<{ version: string }>('SELECT pg_current_snapshot()::text AS version')).version;
}
