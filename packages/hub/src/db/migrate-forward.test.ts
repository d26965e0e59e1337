import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../testing/test-cluster.ts';
import { createDb } from './create-db.ts';
import { migrate, readMigrations } from './migrate.ts';
import type { Db, Sql } from './sql.ts';

/** A database of its own, empty. */
async function withEmptyDb(work: (db: Db) => Promise<void>): Promise<void> {
  const database = await createTestDatabase({ empty: true });
  const db = createDb(database.url, { connections: 2 });
  try {
    await work(db);
  } finally {
    await db.close();
    await database.close();
  }
}

const [ann, org, model, dataset, talk] = ['a', 'b', 'c', 'd', 'e'].map((letter) => `'${letter.repeat(24)}'`);
const digest = `'${'f'.repeat(64)}'`;

/** What a hub writes while its schema is at a number: at least one row in every table that came with it. */
const life: Record<number, string> = {
  1: `
    INSERT INTO record.settings VALUES ('signing-key', '"00"');
    INSERT INTO record.accounts (id, kind, name, is_admin) VALUES (${ann}, 'user', 'Ann', true), (${org}, 'org', 'Org', false);
    INSERT INTO record.memberships (org_id, user_id, role) VALUES (${org}, ${ann}, 'admin');
    INSERT INTO record.tokens (id, account_id, display_name, role, hash) VALUES ('t', ${ann}, 'mine', 'write', '\\x01');
    INSERT INTO record.sessions (hash, account_id, expires_at) VALUES ('\\x02', ${ann}, now() + interval '1 day');
    INSERT INTO record.one_time_links (hash, purpose, expires_at) VALUES ('\\x03', 'invitation', now());
    INSERT INTO record.repos (id, type, namespace, name, owner_id, created_by) VALUES
      (${model}, 'model', 'Org', 'm', ${org}, ${ann}), (${dataset}, 'dataset', 'Org', 'd', ${org}, ${ann});
    INSERT INTO record.repo_redirects (type, full_name_key, repo_id) VALUES ('model', 'org/old', ${model});
    INSERT INTO record.lfs_objects (repo_id, oid, size) VALUES (${model}, ${digest}, 7);
    INSERT INTO record.discussions (id, repo_id, num, title, status, is_pull_request, author_id)
      VALUES (${talk}, ${model}, 1, 'Hello', 'open', false, ${ann});
    INSERT INTO record.discussion_events (id, discussion_id, type, author_id, data)
      VALUES ('${'9'.repeat(24)}', ${talk}, 'comment', ${ann}, '{"text": "Hi"}');
    INSERT INTO record.pushes (repo_id, actor_id, via, updates, applied_at) VALUES (${model}, ${ann}, 'git', '[]', now());
    INSERT INTO record.acts (kind, repo_id, repo_name, result_id, filename, dataset_id, task_id, entry)
      VALUES ('submitted', ${model}, 'Org/m', 'x', 'f', 'Org/d', 'main', '{}');
    INSERT INTO record.benchmark_standings (repo_id, standing, decided_by) VALUES (${dataset}, 'official', ${ann});
    INSERT INTO record.evidence (digest, size, media_type, header) VALUES (${digest}, 7, 'application/zip', '{}');
    INSERT INTO record.evidence_links (digest, model_repo_id, dataset_repo_id) VALUES (${digest}, ${model}, ${dataset});
    INSERT INTO record.audit (actor_id, action) VALUES (${ann}, 'standing-set')`,
  2: `
    INSERT INTO record.signing_keys (id, purpose, public_key, secret_key)
      VALUES ('k', 'log', decode(repeat('01', 32), 'hex'), decode(repeat('02', 32), 'hex'));
    INSERT INTO record.tlog_queue (kind) VALUES ('statement');
    INSERT INTO record.tlog_leaves (index, bytes, hash, act_seq) VALUES (0, '\\x00', decode(repeat('03', 32), 'hex'), 1);
    INSERT INTO record.tlog_tile_roots VALUES (0, 0, decode(repeat('04', 32), 'hex'));
    INSERT INTO record.tlog_checkpoints (size, root, note) VALUES (1, decode(repeat('05', 32), 'hex'), 'note')`,
};

/** Tables that a later migration empties on purpose, by its number. */
const emptied: Record<string, number> = { sessions: 3 };

async function countRows(sql: Sql): Promise<Map<string, number>> {
  const tables = await sql.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'record' ORDER BY 1",
  );
  const counts = new Map<string, number>();
  for (const { name } of tables) {
    const { count } = await sql.one<{ count: number }>(`SELECT count(*)::int AS count FROM record.${name}`);
    counts.set(name, count);
  }
  return counts;
}

/** Columns, constraints, indexes and triggers, as PostgreSQL prints them. */
async function describeSchema(sql: Sql): Promise<unknown> {
  return {
    columns: await sql.query(
      `SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity
       FROM information_schema.columns WHERE table_schema = 'record' ORDER BY 1, 2`,
    ),
    constraints: await sql.query(
      `SELECT conrelid::regclass::text AS of, conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
       WHERE connamespace = 'record'::regnamespace ORDER BY 1, 2`,
    ),
    indexes: await sql.query(
      "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'record' ORDER BY 1",
    ),
    triggers: await sql.query(
      `SELECT tgrelid::regclass::text AS of, pg_get_triggerdef(oid) AS definition FROM pg_trigger
       WHERE NOT tgisinternal ORDER BY 1, 2`,
    ),
  };
}

test('from every earlier schema, with rows in it, the way forward loses none and ends at the same schema', async () => {
  const migrations = await readMigrations();
  let fresh: unknown;
  await withEmptyDb(async (db) => {
    await migrate(db, migrations);
    fresh = await describeSchema(db);
  });
  for (let from = 1; from <= migrations.length; from += 1) {
    await withEmptyDb(async (db) => {
      for (let at = 1; at <= from; at += 1) {
        await migrate(db, migrations.slice(0, at));
        const rows = life[at];
        if (rows !== undefined) await db.query(rows);
      }
      const before = await countRows(db);
      const { applied } = await migrate(db, migrations);
      assert.equal(applied.length, migrations.length - from);
      const after = await countRows(db);
      for (const [table, count] of before) {
        const left = after.get(table) ?? -1;
        const why = `${table}, from ${from}: ${left} of ${count}`;
        // A migration may write rows of its own; it loses none but those it says.
        if ((emptied[table] ?? 0) > from) assert.equal(left, 0, why);
        else assert.ok(left >= count, why);
      }
      assert.deepEqual(await describeSchema(db), fresh, `from ${from}`);
    });
  }
});
