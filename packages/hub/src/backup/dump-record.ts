import { createZstdCompress } from 'node:zlib';
import { blobColumns } from '../blobs/blob-columns.ts';
import type { Db, Session, Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { writeBackupFile } from './backup-files.ts';
import type { BlobDump, Manifest, TableDump } from './manifest.ts';
import type { OnProgress } from './progress.ts';

/** What one snapshot of the database says. */
export interface RecordCut
  extends Pick<Manifest, 'schema' | 'createdAt' | 'tables' | 'sequences' | 'tlogSize'> {
  /** Of every repo that exists, its refs. */
  refs: Map<string, Record<string, string>>;
  blobs: BlobDump[];
  /** Digests of the unfinished logs of jobs: the next one takes the place of the last, so some may be gone by now. */
  drafts: string[];
}

/**
 * Writes the tables of the record, and reads what git and the blobs must hold for them, all from one snapshot: the cut.
 *
 * A push writes its acts and the index's refs in one transaction, so the refs of the snapshot are those its acts speak of,
 * whatever git holds by now; their objects are in git for good. Meanwhile neither a migration nor a rebuild of the index
 * may run: a table made anew after the snapshot would seem empty.
 */
export async function dumpRecord(db: Db, folder: string, onProgress: OnProgress): Promise<RecordCut> {
  return db.session(async (guard) => {
    await holdOff(guard);
    return db.session(async (session) => {
      await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const cut = await readCut(session);
      const names = await listTables(session);
      for (const [done, name] of names.entries()) {
        onProgress({ stage: 'record', done, total: names.length });
        cut.tables.push(await dumpTable(session, folder, name));
      }
      onProgress({ stage: 'record', done: names.length, total: names.length });
      // Numbers are drawn outside of transactions: asked for last, they are above every row of the cut.
      cut.sequences = await session.query<{ name: string; last: number }>(
        `SELECT sequencename AS name, last_value AS last FROM pg_sequences
         WHERE schemaname = 'record' AND last_value IS NOT NULL ORDER BY 1`,
      );
      await session.query('COMMIT');
      return cut;
    });
  });
}

async function holdOff(guard: Session): Promise<void> {
  for (const name of ['assay:migrate', 'assay:derived', 'assay:reindex'])
    await guard.query('SELECT pg_advisory_lock_shared(hashtextextended($1, 0))', [name]);
}

async function readCut(sql: Sql): Promise<RecordCut> {
  const { schema, at } = await sql.one<{ schema: number; at: Date }>(
    'SELECT max(number)::int AS schema, now() AS at FROM public.assay_migrations',
  );
  if (!(await sql.maybe("SELECT 1 FROM derived.meta WHERE key = 'filled'")))
    throw new HubError('in-use', 'the index is being made; back up when the hub has started');
  const repos = await sql.query<{ id: string; refs: Record<string, string> | null }>(
    `SELECT r.id, f.refs FROM record.repos r
     LEFT JOIN (SELECT repo_id, jsonb_object_agg(ref, commit_oid) AS refs FROM derived.refs GROUP BY repo_id) f
       ON f.repo_id = r.id
     WHERE r.deleted_at IS NULL ORDER BY r.id`,
  );
  const named = blobColumns.map(
    ({ table, digest, size }) => `SELECT ${digest} AS d, ${size} AS s FROM record.${table}`,
  );
  const blobs = await sql.query<BlobDump>(
    `SELECT d AS sha256, max(s) AS size FROM (${named.join(' UNION ALL ')}) b GROUP BY d ORDER BY d`,
  );
  const drafts = await sql.query<{ sha256: string }>(
    "SELECT DISTINCT outcome ->> 'draft' AS sha256 FROM record.jobs WHERE outcome ? 'draft'",
  );
  const { size } = await sql.one<{ size: number }>(
    'SELECT coalesce(max(size), 0) AS size FROM record.tlog_checkpoints',
  );
  return {
    schema,
    createdAt: at.toISOString(),
    tables: [],
    sequences: [],
    tlogSize: size,
    refs: new Map(repos.map(({ id, refs }) => [id, refs ?? {}])),
    blobs,
    drafts: drafts.map(({ sha256 }) => sha256),
  };
}

async function listTables(sql: Sql): Promise<string[]> {
  const tables = await sql.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'record' ORDER BY 1",
  );
  return tables.map(({ name }) => name);
}

async function dumpTable(session: Session, folder: string, name: string): Promise<TableDump> {
  const columns = (
    await session.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute
       WHERE attrelid = format('record.%I', $1::text)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
       ORDER BY attnum`,
      [name],
    )
  ).map((column) => column.name);
  const rows = session.copyOut(`COPY record.${name} (${columns.join(', ')}) TO STDOUT`);
  const packed = createZstdCompress();
  rows.on('error', (error) => packed.destroy(error)).pipe(packed);
  return { name, columns, file: await writeBackupFile(folder, `record/${name}.copy.zst`, packed) };
}
