import type { Db, Sql } from '../db/sql.ts';

export interface JobLine {
  n: number;
  at: Date;
  text: string;
}

/** What one job may say; then one line says that the rest is not kept. */
const maxLines = 50_000;
const maxBytes = 16 * 1024 * 1024;
const maxLineLength = 8_000;

/**
 * Adds lines to what a job said. They are numbered under the row's lock, so that a reader who saw number N has seen all
 * before it.
 */
export async function appendLines(db: Db, jobId: string, lines: string[]): Promise<void> {
  if (lines.length === 0) return;
  const texts = lines.map(toKeptLine);
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  await db.tx(async (tx) => {
    const before = await tx.maybe<{ count: number; bytes: number }>(
      'SELECT line_count AS count, line_bytes::float8 AS bytes FROM record.jobs WHERE id = $1 FOR UPDATE',
      [jobId],
    );
    if (!before || before.count > maxLines || before.bytes > maxBytes) return;
    const cut = before.count + texts.length > maxLines || before.bytes + bytes > maxBytes;
    const kept = cut ? ['(this job said more than is kept: the rest is left out)'] : texts;
    await tx.query(
      `INSERT INTO record.job_lines (job_id, n, text)
       SELECT $1, $2::int + t.n::int, t.text FROM unnest($3::text[]) WITH ORDINALITY AS t (text, n)`,
      [jobId, before.count, kept],
    );
    await tx.query('UPDATE record.jobs SET line_count = $2, line_bytes = $3 WHERE id = $1', [
      jobId,
      cut ? maxLines + 1 : before.count + kept.length,
      before.bytes + bytes,
    ]);
  });
}

/** Lines after a number, in order. */
export function readLines(sql: Sql, jobId: string, after: number, limit = 1_000): Promise<JobLine[]> {
  return sql.query<JobLine>(
    'SELECT n, at, text FROM record.job_lines WHERE job_id = $1 AND n > $2 ORDER BY n LIMIT $3',
    [jobId, after, limit],
  );
}

/** The number after which the last `count` lines stand. */
export async function startOfTail(sql: Sql, jobId: string, count: number): Promise<number> {
  const row = await sql.maybe<{ n: number }>(
    'SELECT n FROM record.job_lines WHERE job_id = $1 ORDER BY n DESC OFFSET $2 LIMIT 1',
    [jobId, count],
  );
  return row?.n ?? 0;
}

/** One line of text that PostgreSQL can hold. */
function toKeptLine(text: string): string {
  const line = text
    .toWellFormed()
    .replaceAll(String.fromCharCode(0), '�')
    .replace(/[\r\n]+/g, ' ');
  return line.length > maxLineLength ? `${line.slice(0, maxLineLength)} …` : line;
}
