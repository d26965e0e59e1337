import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Db, Sql } from './sql.ts';

const file = new URL('./derived.sql', import.meta.url);

/** The text of the `derived` schema: everything that can be rebuilt from git and the record. */
export async function readDerivedSchema(): Promise<string> {
  return readFile(file, 'utf8');
}

/**
 * Creates the `derived` schema, or drops and creates it anew when its text has changed since.
 * `rebuilt` tells the caller that it is empty and must be filled by a reindex; that stays so after a crash in between,
 * until a rebuild has swapped.
 */
export async function ensureDerivedSchema(db: Db, sql: string): Promise<{ rebuilt: boolean }> {
  const digest = createHash('sha256').update(sql).digest('hex');
  return db.tx(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', ['assay:derived']);
    const exists = await tx.maybe("SELECT 1 FROM pg_namespace WHERE nspname = 'derived'");
    const made =
      exists && (await tx.maybe<{ value: string }>("SELECT value FROM derived.meta WHERE key = 'digest'"));
    if (made?.value !== digest) {
      await tx.query('DROP SCHEMA IF EXISTS derived CASCADE');
      await tx.query(sql);
      await tx.query("INSERT INTO derived.meta (key, value) VALUES ('digest', $1)", [digest]);
    }
    return { rebuilt: !(await isDerivedFilled(tx)) };
  });
}

/** Whether a full reindex has filled the schema that is there now. */
export async function isDerivedFilled(sql: Sql): Promise<boolean> {
  return (await sql.maybe("SELECT 1 FROM derived.meta WHERE key = 'filled'")) !== null;
}
