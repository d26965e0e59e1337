import { createHash } from 'node:crypto';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { HubError } from '../errors.ts';
import { type Db, type Session, type Sql, sqlStateOf, type Tx } from './sql.ts';

export interface DbOptions {
  /** Connections kept at most; further queries wait. */
  connections: number;
  /** Hears of a connection that died while idle (the pool opens a new one by itself). */
  onIdleError?(error: Error): void;
}

const INT8 = 20;

/** Counts and sizes fit a double up to 2^53; pg's default, a string, would poison JSON answers. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary'
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

/** Opens a pool on a PostgreSQL URL. Connects on first use. */
export function createDb(url: string, options: DbOptions): Db {
  const settings = {
    connectionString: url,
    max: options.connections,
    types,
    application_name: 'assay',
    idleTimeoutMillis: 30_000,
  };
  const pool = new pg.Pool({ ...settings, pipeline: true });
  // COPY does not go through a pipeline; opened by the few who borrow a session.
  const plain = new pg.Pool(settings);
  for (const one of [pool, plain]) one.on('error', (error) => options.onIdleError?.(error));
  return {
    ...toSql(pool),
    tx: (fn) => runTransaction(pool, fn),
    session: (fn) => runSession(plain, fn),
    async close() {
      await Promise.all([pool.end(), plain.end()]);
    },
  };
}

async function runTransaction<T>(pool: pg.Pool, fn: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const open = { yes: true };
  let broken: Error | undefined;
  try {
    const begun = client.query('BEGIN'); // goes out with the first question
    begun.catch(() => {}); // awaited below, unless `fn` fails first
    const result = await fn(toTx(client, open));
    open.yes = false;
    await begun;
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('a statement had failed: the transaction was rolled back');
    return result;
  } catch (error) {
    open.yes = false;
    await client.query('ROLLBACK').catch((rollbackError: Error) => {
      broken = rollbackError; // the connection is gone: the pool must not hand it out again
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

async function runSession<T>(pool: pg.Pool, fn: (session: Session) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    return await fn({
      ...toSql(client),
      copyOut: (sql) => client.query(copyTo(sql)),
      copyIn: (sql) => client.query(copyFrom(sql)),
    });
  } finally {
    client.release(true); // ends the connection, and with it whatever was left open
  }
}

/** Answers while the transaction is open: of several lines of work in one, those that outlive it touch nothing. */
function toTx(client: pg.PoolClient, open: { yes: boolean }): Tx {
  const inside: Pick<pg.ClientBase, 'query'> = {
    query: (...args: unknown[]) => {
      if (!open.yes) throw new Error('this transaction is over');
      return Reflect.apply(client.query, client, args);
    },
  };
  const sql = toSql(inside);
  return {
    ...sql,
    async lockRepo(repoId) {
      await sql.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`repo:${repoId}`]);
    },
  };
}

/** The three questions over a pool or one connection. */
function toSql(source: Pick<pg.ClientBase, 'query'>): Sql {
  const query = async <R>(sql: string, params: unknown[] = [], plan?: 'kept') => {
    try {
      const name = plan && statementName(sql);
      const result = await source.query({ text: sql, values: params, ...(name && { name }) });
      return result.rows as R[];
    } catch (error) {
      throw toInputFault(error) ?? error;
    }
  };
  const maybe = async <R>(sql: string, params?: unknown[], plan?: 'kept') => {
    const rows = await query<R>(sql, params, plan);
    if (rows.length > 1) throw new Error(`expected at most one row, got ${rows.length}`);
    return rows[0] ?? null;
  };
  return {
    query,
    maybe,
    async one<R>(sql: string, params?: unknown[], plan?: 'kept') {
      const row = await maybe<R>(sql, params, plan);
      if (row === null) throw new Error('expected one row, got none');
      return row;
    },
  };
}

const statementNames = new Map<string, string>();

/** One name for one text, over all connections. */
function statementName(sql: string): string {
  const known = statementNames.get(sql);
  if (known) return known;
  const name = createHash('sha256').update(sql).digest('hex').slice(0, 32);
  statementNames.set(sql, name);
  return name;
}

/**
 * The refusal for a value that PostgreSQL cannot hold: U+0000 in a text, a number out of its range, a cursor's date that
 * is none, a key too long for an index. Null for every other error. SQLSTATE classes 22 and 54 (PostgreSQL, appendix A).
 */
function toInputFault(cause: unknown): HubError | null {
  const state = sqlStateOf(cause) ?? '';
  if (state.startsWith('22'))
    return new HubError('invalid-input', 'a value of the request cannot be kept or compared', {
      cause,
      hint: 'look for the character U+0000, numbers out of range, and cursors that no list gave',
    });
  if (state === '54000') return new HubError('invalid-input', 'a name in the request is too long', { cause });
  return null;
}
