import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HubError } from '../errors.ts';
import { createTestDatabase } from '../testing/test-cluster.ts';
import { createDb } from './create-db.ts';
import { type Db, sqlState, sqlStateOf } from './sql.ts';

async function withDb(work: (db: Db) => Promise<void>): Promise<void> {
  const database = await createTestDatabase({ empty: true });
  const db = createDb(database.url, { connections: 4 });
  try {
    await work(db);
  } finally {
    await db.close();
    await database.close();
  }
}

test('one, maybe and query say how many rows they mean; a bigint is a number', () =>
  withDb(async (db) => {
    assert.deepEqual(await db.one('SELECT 5::bigint AS n'), { n: 5 });
    assert.equal(await db.maybe('SELECT 1 WHERE false'), null);
    await assert.rejects(db.one('SELECT 1 WHERE false'));
    await assert.rejects(db.maybe('SELECT generate_series(1, 2)'));
  }));

test('a transaction that throws leaves nothing, and its connection is fit for the next', () =>
  withDb(async (db) => {
    await db.query('CREATE TABLE t (n int PRIMARY KEY)');
    const failing = db.tx(async (tx) => {
      await tx.query('INSERT INTO t VALUES (1)');
      await tx.query('INSERT INTO t VALUES (1)');
    });
    await assert.rejects(failing, (error) => sqlStateOf(error) === sqlState.uniqueViolation);
    assert.deepEqual(await db.query('SELECT n FROM t'), []);
  }));

test('what is asked together is done in order, and stands or falls together', () =>
  withDb(async (db) => {
    await db.query('CREATE TABLE t (n int PRIMARY KEY)');
    const [, , rows] = await db.tx((tx) =>
      Promise.all([
        tx.query('INSERT INTO t VALUES (1)'),
        tx.query('UPDATE t SET n = n + 1'),
        tx.query('SELECT n FROM t', [], 'kept'),
        tx.query('SELECT n FROM t', [], 'kept'),
      ]),
    );
    assert.deepEqual(rows, [{ n: 2 }]);
    const failing = db.tx((tx) =>
      Promise.all([tx.query('INSERT INTO t VALUES (3)'), tx.query('SELECT 1 / 0'), tx.query('SELECT 1')]),
    );
    await assert.rejects(failing, (error) => error instanceof HubError && error.code === 'invalid-input');
    assert.deepEqual(await db.query('SELECT n FROM t'), [{ n: 2 }]);
  }));

test('a failure that is swallowed is no commit', () =>
  withDb(async (db) => {
    await db.query('CREATE TABLE t (n int)');
    const swallowing = db.tx(async (tx) => {
      await tx.query('INSERT INTO t VALUES (1)');
      await tx.query('SELECT 1 / 0').catch(() => {});
    });
    await assert.rejects(swallowing, /rolled back/);
    assert.deepEqual(await db.query('SELECT n FROM t'), []);
  }));

test('work that outlives its transaction touches nothing', () =>
  withDb(async (db) => {
    await db.query('CREATE TABLE t (n int)');
    const { promise: over, resolve } = Promise.withResolvers<void>();
    let late = Promise.resolve<unknown>(null);
    await db.tx(async (tx) => {
      late = over.then(() => tx.query('INSERT INTO t VALUES (1)'));
      late.catch(() => {}); // looked at below
    });
    resolve();
    await assert.rejects(late, /over/);
    assert.deepEqual(await db.query('SELECT n FROM t'), []);
  }));

test('a locked repo is held until the transaction ends; another repo is not', () =>
  withDb(async (db) => {
    const order: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = db.tx(async (tx) => {
      await tx.lockRepo('a');
      order.push('first in');
      await held;
      order.push('first out');
    });
    while (order.length === 0) await db.query('SELECT 1');
    const second = db.tx(async (tx) => {
      await tx.lockRepo('a');
      order.push('second in');
    });
    await db.tx((tx) => tx.lockRepo('b'));
    order.push('other repo');
    release();
    await Promise.all([first, second]);
    assert.deepEqual(order, ['first in', 'other repo', 'first out', 'second in']);
  }));

test('a value that PostgreSQL cannot hold is the fault of whoever sent it', () =>
  withDb(async (db) => {
    await db.query('CREATE TABLE named (name text PRIMARY KEY, n int)');
    const long = Array.from({ length: 400 }, (_, i) => Math.sin(i)).join('');
    const faults: [sql: string, value: unknown][] = [
      ['SELECT $1::text', 'a\u0000b'],
      ['SELECT $1::jsonb', '{"a": "\\u0000"}'],
      ['SELECT $1::timestamptz', 'yesterdayish'],
      ['SELECT $1::bigint', 1.5],
      ['INSERT INTO named VALUES ($1)', long],
    ];
    for (const [sql, value] of faults) {
      const invalid = (error: unknown) => error instanceof HubError && error.code === 'invalid-input';
      await assert.rejects(db.query(sql, [value]), invalid, sql);
      await assert.rejects(
        db.tx((tx) => tx.query(sql, [value])),
        invalid,
        sql,
      );
    }
  }));
