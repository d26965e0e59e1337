import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HubError } from '../errors.ts';
import { createTestDatabase } from '../testing/test-cluster.ts';
import { createDb } from './create-db.ts';
import { ensureDerivedSchema, readDerivedSchema } from './derived-schema.ts';
import { migrate, readMigrations } from './migrate.ts';
import type { Db } from './sql.ts';

async function withEmptyDb(work: (open: () => Db) => Promise<void>): Promise<void> {
  const database = await createTestDatabase({ empty: true });
  const opened: Db[] = [];
  const open = () => {
    const db = createDb(database.url, { connections: 2 });
    opened.push(db);
    return db;
  };
  try {
    await work(open);
  } finally {
    for (const db of opened) await db.close();
    await database.close();
  }
}

const steps = [
  { number: 1, name: '0001-a.sql', sql: 'CREATE TABLE a (n int); INSERT INTO a VALUES (1)' },
  { number: 2, name: '0002-b.sql', sql: 'ALTER TABLE a ADD COLUMN m int; INSERT INTO a VALUES (2)' },
];

test('hubs that start at once apply each migration once', () =>
  withEmptyDb(async (open) => {
    const runs = await Promise.all(Array.from({ length: 6 }, () => migrate(open(), steps)));
    assert.deepEqual(runs.flatMap((run) => run.applied).sort(), ['0001-a.sql', '0002-b.sql']);
    assert.deepEqual(await open().query('SELECT n FROM a ORDER BY n'), [{ n: 1 }, { n: 2 }]);
  }));

test('a migration that fails leaves nothing behind', () =>
  withEmptyDb(async (open) => {
    const broken = [
      steps[0]!,
      { number: 2, name: '0002-b.sql', sql: 'INSERT INTO a VALUES (9); SELECT nonsense' },
    ];
    await assert.rejects(migrate(open(), broken));
    assert.deepEqual(await open().query('SELECT n FROM a'), [{ n: 1 }]);
    assert.deepEqual((await migrate(open(), steps)).applied, ['0002-b.sql']);
  }));

test('a schema that a newer Assay made is refused', () =>
  withEmptyDb(async (open) => {
    await migrate(open(), steps);
    await assert.rejects(
      migrate(open(), steps.slice(0, 1)),
      (error) => error instanceof HubError && error.code === 'schema-too-new',
    );
  }));

test("the project's own migrations apply", () =>
  withEmptyDb(async (open) => {
    const migrations = await readMigrations();
    assert.equal((await migrate(open(), migrations)).applied.length, migrations.length);
    assert.deepEqual((await migrate(open(), migrations)).applied, []);
  }));

test('acts can be added and never changed', () =>
  withEmptyDb(async (open) => {
    const db = open();
    await migrate(db, await readMigrations());
    await db.query(`INSERT INTO record.acts (kind, repo_id, repo_name, result_id, filename, dataset_id, task_id, entry)
                    VALUES ('submitted', 'r', 'a/b', 'x', 'f', 'd', 't', '{}')`);
    for (const change of [
      'UPDATE record.acts SET kind = $$merged$$',
      'DELETE FROM record.acts',
      'TRUNCATE record.acts',
    ]) {
      await assert.rejects(db.query(change));
    }
    assert.equal((await db.query('SELECT 1 FROM record.acts')).length, 1);
  }));

test('the derived schema is made anew when its text changes, and stays to be filled until that is done', () =>
  withEmptyDb(async (open) => {
    const db = open();
    const sql = await readDerivedSchema();
    await migrate(db, await readMigrations()); // its views look at the record
    assert.deepEqual(await ensureDerivedSchema(db, sql), { rebuilt: true });
    assert.deepEqual(await ensureDerivedSchema(db, sql), { rebuilt: true });
    await db.query("INSERT INTO derived.meta (key, value) VALUES ('filled', 'true')");
    assert.deepEqual(await ensureDerivedSchema(db, sql), { rebuilt: false });
    assert.deepEqual(await ensureDerivedSchema(db, `${sql}\n-- changed`), { rebuilt: true });
  }));
