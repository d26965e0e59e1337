import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { HubError } from '../errors.ts';
import type { Db, Sql } from './sql.ts';

export interface Migration {
  number: number;
  name: string;
  sql: string;
}

const here = new URL('./migrations/', import.meta.url);

/** The numbered files of `migrations/`, in order. Throws when numbers are missing or doubled. */
export async function readMigrations(folder: URL = here): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number.parseInt(name, 10);
      if (number !== index + 1)
        throw new Error(`${fileURLToPath(folder)}${name}: expected number ${index + 1}`);
      return { number, name, sql: await readFile(new URL(name, folder), 'utf8') };
    }),
  );
}

/**
 * Brings the `record` schema up to date, one transaction a migration. Safe to race: all hubs take one advisory lock,
 * and each looks again at what is done once it holds it.
 * @throws HubError `schema-too-new` when a newer Assay has been here.
 */
export async function migrate(db: Db, migrations: Migration[]): Promise<{ applied: string[] }> {
  const applied: string[] = [];
  for (const migration of migrations) {
    const done = await db.tx((tx) => applyOne(tx, migration, migrations.length));
    if (done) applied.push(migration.name);
  }
  return { applied };
}

/** Applies one migration inside a transaction, unless it was. Answers whether it did. @throws HubError `schema-too-new` */
export async function applyOne(tx: Sql, migration: Migration, newest: number): Promise<boolean> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', ['assay:migrate']);
  await tx.query(
    `CREATE TABLE IF NOT EXISTS public.assay_migrations
       (number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  const { current } = await tx.one<{ current: number }>(
    'SELECT coalesce(max(number), 0)::int AS current FROM public.assay_migrations',
  );
  if (current > newest) {
    throw new HubError('schema-too-new', `the database is at schema ${current}, this Assay knows ${newest}`, {
      hint: 'Start the newer Assay that wrote it, or restore a backup made before the upgrade.',
    });
  }
  if (current >= migration.number) return false;
  await tx.query(migration.sql);
  await tx.query('INSERT INTO public.assay_migrations (number, name) VALUES ($1, $2)', [
    migration.number,
    migration.name,
  ]);
  return true;
}
