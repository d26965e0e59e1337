import type { Readable, Writable } from 'node:stream';

/** Something that answers SQL: the pool, or one transaction. Parameters are `$1`, `$2`, …; never build SQL from input. */
export interface Sql {
  /**
   * All rows. `kept`: each connection keeps the statement and, where it does not depend on the parameters, its plan. For
   * statements of many joins that find few rows, whose planning takes longer than they do; the text must be one of few.
   */
  query<R = Record<string, unknown>>(sql: string, params?: unknown[], plan?: 'kept'): Promise<R[]>;
  /** Exactly one row; throws when there are none or several. */
  one<R = Record<string, unknown>>(sql: string, params?: unknown[], plan?: 'kept'): Promise<R>;
  /** One row or null; throws when there are several. */
  maybe<R = Record<string, unknown>>(sql: string, params?: unknown[], plan?: 'kept'): Promise<R | null>;
}

/**
 * One transaction. While inside, ask only the `Tx`, never the `Db`: a second connection could wait for the pool
 * while the pool waits for this transaction. Statements run in the order in which they are asked for; those that need
 * no answer of each other are asked together (`Promise.all`), and cost one round trip.
 */
export interface Tx extends Sql {
  /** Holds the repo until the transaction ends, across all processes of this hub. Take it before reading refs. */
  lockRepo(repoId: string): Promise<void>;
}

/** The pool. */
export interface Db extends Sql {
  /** Runs `fn` in a transaction: commits when it resolves, rolls back when it throws. */
  tx<T>(fn: (tx: Tx) => Promise<T>): Promise<T>;
  /** Lends a connection for as long as `fn` runs; what it holds, as locks of the session, ends with it. */
  session<T>(fn: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One connection without a transaction: `BEGIN` and the like are the borrower's. */
export interface Session extends Sql {
  /** Rows of a `COPY … TO STDOUT`, as PostgreSQL writes them. */
  copyOut(sql: string): Readable;
  /** Takes what a `COPY … FROM STDIN` reads. */
  copyIn(sql: string): Writable;
}

/** SQLSTATE codes the hub acts on. Source: PostgreSQL, appendix A. */
export const sqlState = {
  uniqueViolation: '23505',
  foreignKeyViolation: '23503',
  undefinedTable: '42P01',
} as const;

/** The SQLSTATE of an error thrown by the database, or undefined when it is another error. */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}
