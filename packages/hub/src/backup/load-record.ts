import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { applyOne, type Migration } from '../db/migrate.ts';
import type { Session, Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { assertBackupFile, readBackupFile } from './backup-files.ts';
import type { Manifest, TableDump } from './manifest.ts';
import type { OnProgress } from './progress.ts';

/**
 * Fills an empty database from a backup: the schema the backup had, then its rows. One transaction, so that all of it is
 * there or nothing. Bringing the schema up to date is left to the hub's start.
 * @throws HubError `schema-too-new`; `in-use` when the database is not empty; `corrupt`
 */
export async function loadRecord(
  session: Session,
  migrations: Migration[],
  backup: { folder: string; manifest: Manifest },
  onProgress: OnProgress,
): Promise<void> {
  const { manifest, folder } = backup;
  await session.query('BEGIN');
  await assertEmpty(session);
  for (const migration of migrations.slice(0, manifest.schema))
    await applyOne(session, migration, migrations.length);
  await assertSameTables(session, manifest);
  const tables = inOrder(manifest.tables, await listReferences(session));
  await removeSeeds(session, tables);
  for (const [done, table] of tables.entries()) {
    onProgress({ stage: 'record', done, total: tables.length });
    // First for its digest alone: a damaged file is told as that, and not as whatever its bytes then mean.
    await assertBackupFile(folder, table.file);
    const into = session.copyIn(
      `COPY record.${quote(table.name)} (${table.columns.map(quote).join(', ')}) FROM STDIN`,
    );
    await pipeline(Readable.from(readBackupFile(folder, table.file)), createZstdDecompress(), into);
  }
  for (const { name, last } of manifest.sequences)
    await session.query('SELECT setval($1::regclass, $2)', [`record.${quote(name)}`, last]);
  await session.query('UPDATE record.repos SET deleted_at = now() WHERE id = ANY($1)', [manifest.deleted]);
  await startXetAnew(session);
  await session.query('COMMIT');
  onProgress({ stage: 'record', done: tables.length, total: tables.length });
}

/** @throws HubError `in-use` */
export async function assertEmpty(sql: Sql): Promise<void> {
  const found = await sql.maybe(
    "SELECT 1 WHERE to_regclass('public.assay_migrations') IS NOT NULL OR to_regnamespace('record') IS NOT NULL",
  );
  if (!found) return;
  throw new HubError('in-use', 'the database holds a hub already; a backup is restored into an empty one', {
    hint: 'Give DATABASE_URL a new database, or restore into a new data folder.',
  });
}

/** @throws HubError `corrupt` when the backup lacks a table of its schema, or has another one */
async function assertSameTables(sql: Sql, manifest: Manifest): Promise<void> {
  const there = await sql.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'record' ORDER BY 1",
  );
  const wanted = there.map(({ name }) => name).join(' ');
  const given = manifest.tables.map(({ name }) => name).sort();
  if (given.join(' ') !== wanted)
    throw new HubError('corrupt', `the backup has the tables ${given.join(' ')}, its schema has ${wanted}`);
}

/** Rows that migrations themselves write are in the backup too, as they became. */
async function removeSeeds(sql: Sql, tables: TableDump[]): Promise<void> {
  for (const name of tables.map((table) => quote(table.name)).reverse()) {
    if (!(await sql.maybe(`SELECT 1 FROM record.${name} LIMIT 1`))) continue;
    await sql.query(`ALTER TABLE record.${name} DISABLE TRIGGER USER`);
    await sql.query(`DELETE FROM record.${name}`);
    await sql.query(`ALTER TABLE record.${name} ENABLE TRIGGER USER`);
  }
}

/** Names in a manifest become SQL: they are letters, digits and underscores, or the backup is refused. */
function quote(name: string): string {
  if (!/^[a-z_][a-z0-9_]*$/.test(name))
    throw new HubError('corrupt', 'the backup names a table or column no hub has');
  return name;
}

async function listReferences(sql: Sql): Promise<{ from: string; to: string }[]> {
  return sql.query(
    `SELECT f.relname AS from, t.relname AS to FROM pg_constraint c
     JOIN pg_class f ON f.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
     WHERE c.contype = 'f' AND c.connamespace = 'record'::regnamespace AND c.conrelid <> c.confrelid`,
  );
}

/** Tables such that each comes after those it refers to. */
function inOrder(tables: TableDump[], references: { from: string; to: string }[]): TableDump[] {
  const left = new Map(tables.map((table) => [table.name, table]));
  const ordered: TableDump[] = [];
  while (left.size > 0) {
    const free = [...left.values()].filter(
      ({ name }) => !references.some(({ from, to }) => from === name && left.has(to)),
    );
    if (free.length === 0) throw new Error(`tables refer to each other: ${[...left.keys()].join(', ')}`);
    for (const table of free) left.delete(table.name);
    ordered.push(...free);
  }
  return ordered;
}

/** Pieces that Xet clients remember having sent are not in a backup: under a new address they send them again. */
async function startXetAnew(sql: Sql): Promise<void> {
  await sql.query(
    `INSERT INTO record.settings (key, value) VALUES ('xet-generation', '1')
     ON CONFLICT (key) DO UPDATE SET value = to_jsonb((record.settings.value::int + 1))`,
  );
}
