// How many acts a second become durable, and published, beside what PostgreSQL commits by itself. Asserts nothing.
//   npm run bench:tlog -- [--short] [--json FILE]
// A real hub on its own PostgreSQL, flushing to disk. Writers insert one act a transaction: first into a table that
// nobody watches (PostgreSQL's own commit rate), then into the record, from where the hub publishes them meanwhile.
// Published at: the first look, every 20 ms, that found a checkpoint over the act's leaf.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createHub, type Hub, loadConfig } from '@assay/hub';

const lookMs = 20;

interface Row {
  writers: number;
  seconds: number;
  /** Commits a second into a table that nobody watches. */
  plainPerSecond: number;
  /** Acts committed a second, with the hub publishing. */
  durablePerSecond: number;
  /** Acts covered by a published checkpoint, over the time from the first append until the last was covered. */
  publishedPerSecond: number;
  /** From the commit of an act until a checkpoint covered it. */
  p50Ms: number;
  p99Ms: number;
  checkpoints: number;
}

const insert = (table: string) =>
  `INSERT INTO ${table} (kind, actor_name, repo_id, repo_name, result_id, filename, dataset_id, task_id, commit_oid, entry, detail)
   VALUES ('submitted', 'ann', 'f0f0f0f0f0f0f0f0f0f0f0f0', 'ann/model', '0123456789abcdef01234567', '.eval_results/sums.yaml',
     'org/sums', 'main', '0123456789abcdef0123456789abcdef01234567',
     '{"dataset": {"id": "org/sums", "task_id": "main"}, "value": 0.4125, "date": "2026-01-15", "notes": "5-shot"}', '{"via": "git"}')
   RETURNING seq`;

/** Inserts one row a transaction from many writers; answers when each number was committed. */
async function write(
  hub: Hub,
  table: string,
  writers: number,
  seconds: number,
): Promise<Map<number, number>> {
  const committed = new Map<number, number>();
  const until = performance.now() + seconds * 1000;
  const sql = insert(table);
  const writer = async () => {
    while (performance.now() < until) {
      const { seq } = await hub.context.db.one<{ seq: number }>(sql);
      committed.set(seq, performance.now());
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return committed;
}

/** Looks again and again for the newest checkpoint; answers when each size was first seen. */
function watch(hub: Hub) {
  const seen: { size: number; at: number }[] = [];
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      const published = await hub.context.tlog.published();
      if (published && published.size !== seen.at(-1)?.size)
        seen.push({ size: published.size, at: performance.now() });
      await sleep(lookMs);
    }
  })();
  return {
    seen,
    async stop() {
      stopped = true;
      await running;
    },
  };
}

async function measure(hub: Hub, writers: number, seconds: number): Promise<Row> {
  const plain = await write(hub, 'bench_commits', writers, seconds);
  const before = (await hub.context.tlog.published())?.size ?? 0;
  const watching = watch(hub);
  const began = performance.now();
  const committed = await write(hub, 'record.acts', writers, seconds);
  const wrote = performance.now();
  while ((watching.seen.at(-1)?.size ?? 0) < before + committed.size) await sleep(lookMs);
  await watching.stop();
  const leaves = await hub.context.db.query<{ index: number; seq: number }>(
    'SELECT index, act_seq AS seq FROM record.tlog_leaves WHERE index >= $1 ORDER BY index',
    [before],
  );
  let look = 0;
  const waits = leaves.map(({ index, seq }) => {
    while (watching.seen[look]!.size <= index) look += 1;
    return Math.max(0, watching.seen[look]!.at - committed.get(seq)!);
  });
  waits.sort((a, b) => a - b);
  const perSecond = (count: number, ms: number) => (1000 * count) / ms;
  return {
    writers,
    seconds,
    plainPerSecond: plain.size / seconds,
    durablePerSecond: perSecond(committed.size, wrote - began),
    publishedPerSecond: perSecond(committed.size, watching.seen.at(-1)!.at - began),
    p50Ms: waits[Math.floor(waits.length * 0.5)]!,
    p99Ms: waits[Math.floor(waits.length * 0.99)]!,
    checkpoints: watching.seen.filter(({ at }) => at >= began).length,
  };
}

const columns: [head: string, width: number, show: (row: Row) => string][] = [
  ['writers', 8, (row) => String(row.writers)],
  ['plain commits/s', 16, (row) => row.plainPerSecond.toFixed(0)],
  ['durable acts/s', 15, (row) => row.durablePerSecond.toFixed(0)],
  ['published acts/s', 17, (row) => row.publishedPerSecond.toFixed(0)],
  ['wait p50 ms', 12, (row) => row.p50Ms.toFixed(0)],
  ['wait p99 ms', 12, (row) => row.p99Ms.toFixed(0)],
  ['checkpoints', 12, (row) => String(row.checkpoints)],
];

function printRow(texts: string[]): void {
  console.log(texts.map((text, at) => text.padStart(columns[at]![1])).join(' '));
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { short: { type: 'boolean' }, json: { type: 'string' } } });
  const dataDir = mkdtempSync(join(tmpdir(), 'assay-bench-tlog-'));
  const config = loadConfig({}, { dataDir, databaseConnections: '80' });
  if (!config.ok) throw new Error(config.issues.map((issue) => issue.message).join('; '));
  const hub = await createHub(config.value);
  try {
    await hub.context.db.query('CREATE TABLE bench_commits (LIKE record.acts INCLUDING ALL)');
    const { version } = await hub.context.db.one<{ version: string }>('SELECT version()');
    console.log(`Node ${process.version}, ${cpus().length} cores, ${version.split(' on ')[0]}`);
    printRow(columns.map(([head]) => head));
    const results: Row[] = [];
    for (const writers of values.short ? [16] : [1, 16, 64]) {
      const row = await measure(hub, writers, values.short ? 3 : 10);
      results.push(row);
      printRow(columns.map(([, , show]) => show(row)));
    }
    if (values.json)
      writeFileSync(
        values.json,
        `${JSON.stringify({ node: process.version, cores: cpus().length, version, results }, null, 2)}\n`,
      );
  } finally {
    await hub.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

await main();
