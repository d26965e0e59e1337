import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createHub, type Hub, listen, loadConfig } from '@assay/hub';
import { createTestDatabase } from '../../packages/hub/src/testing/test-cluster.ts';
import { runAssay, startProgram } from '../support/assay.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

/** `npm run soak:tlog` takes 200. */
const KILLS = Number(process.env.TLOG_KILLS ?? 40);
/** Publishers at once, as several hubs of one database are. */
const TOGETHER = 2;
/** The whole log is checked after so many kills, and at the end. */
const CHECK_EVERY = Math.ceil(KILLS / 8) * 2;
/** Steps of each phase in about four rounds of it; a process dies at one of them. */
const PHASES = { append: 60, integrate: 12, files: 48, publish: 16, checkpoint: 4 };
const PUBLISHER = fileURLToPath(new URL('../support/tlog-process.ts', import.meta.url));

test(`kill -9 at ${KILLS} points of append, integrate and publish: every checkpoint ever seen still holds`, async (t) => {
  const database = await createTestDatabase();
  t.after(() => database.close());
  const dataDir = await createTemporaryFolder(t);
  const hub = await openVisitor(database.url, dataDir);
  t.after(() => hub.close());
  const server = await listen(hub, { port: 0, host: '127.0.0.1' });
  t.after(() => server.close());

  const dir = join(dataDir, 'tlog');
  const seen = new Set<string>();
  const diedAt = new Set<string>();
  for (let kills = TOGETHER; kills <= KILLS; kills += TOGETHER) {
    const round = Array.from({ length: TOGETHER }, (_, at) =>
      publishUntilKilled(database.url, dir, kills + at),
    );
    for (const step of await Promise.all(round)) diedAt.add(step);
    for (const note of [await servedCheckpoint(hub), await writtenCheckpoint(dir)]) if (note) seen.add(note);
    // Of the hub, not of the folder: who dies between the two leaves the folder's checkpoint a little older.
    if (kills % CHECK_EVERY === 0) await check([server.url], dataDir, seen);
  }
  await check([server.url], dataDir, seen);

  // What was left half done is taken up, and what was committed is all there, once each and in order.
  assert.deepEqual(await flushAll(hub), await countActs(hub));
  const { swapped } = await hub.context.db.one<{ swapped: number }>(
    `SELECT count(*) AS swapped FROM record.tlog_leaves a JOIN record.tlog_leaves b ON b.index = a.index + 1
     WHERE b.act_seq <= a.act_seq`,
  );
  assert.equal(swapped, 0);
  for (const note of [await servedCheckpoint(hub), await writtenCheckpoint(dir)]) seen.add(note!);
  await check([server.url], dataDir, seen);
  await check(['--data', dataDir], dataDir, seen);
  assert.ok(seen.size > KILLS / 4, `only ${seen.size} checkpoints were seen`);
  assert.ok(diedAt.size >= 10, `killed only at ${[...diedAt].join(', ')}`);
});

async function countActs(hub: Hub): Promise<number> {
  return (await hub.context.db.one<{ acts: number }>('SELECT count(*) AS acts FROM record.acts')).acts;
}

/**
 * Flushes until all acts are in: each takes so many at most, and killed publishers may leave a hundred thousand behind. A
 * transaction of the last one killed may still be ending: until then a gap before it waits. Answers the tree's size.
 */
async function flushAll(hub: Hub): Promise<number> {
  const acts = await countActs(hub);
  let size = -1;
  for (let grewAt = Date.now(); Date.now() - grewAt < 20_000; ) {
    const now = await hub.context.tlog.flush();
    if (now === acts) return now;
    if (now > size) grewAt = Date.now();
    else await sleep(100);
    size = now;
  }
  return size;
}

/** Publishes and appends until a random step of a phase; the phases take turns. Answers the step. */
async function publishUntilKilled(url: string, dir: string, turn: number): Promise<string> {
  const phases = Object.entries(PHASES);
  const [phase, steps] = phases[turn % phases.length]!;
  const step = String(1 + Math.floor(Math.random() * steps));
  const done = await startProgram(process.execPath, [PUBLISHER, url, dir, phase, step]).finished;
  assert.equal(done.signal, 'SIGKILL', done.stderr);
  return done.stdout;
}

/** A hub that answers public reads and publishes nothing by itself. */
function openVisitor(databaseUrl: string, dataDir: string): Promise<Hub> {
  const config = loadConfig({}, { dataDir, databaseUrl, databaseConnections: '4' });
  if (!config.ok) throw new Error(config.issues.map((issue) => issue.message).join('; '));
  return createHub(config.value, { purpose: 'visit' });
}

async function servedCheckpoint(hub: Hub): Promise<string | null> {
  const answer = await hub.fetch(new Request('http://hub.test/tlog/checkpoint'));
  const text = await answer.text();
  return answer.ok ? text : null;
}

const writtenCheckpoint = (dir: string) => readFile(join(dir, 'checkpoint'), 'utf8').catch(() => null);

/** `assay tlog fsck` with every checkpoint seen so far. */
async function check(where: string[], folder: string, seen: Set<string>): Promise<void> {
  const known = join(folder, 'known.json');
  const verifierKey = (await readFile(join(folder, 'tlog', 'vkey'), 'utf8')).trim();
  await writeFile(known, JSON.stringify({ verifierKey, checkpoints: [...seen] }));
  const done = await runAssay(['tlog', 'fsck', ...where, '--known', known]);
  assert.equal(done.code, 0, `${done.stdout}${done.stderr}`);
  assert.match(done.stdout, new RegExp(`begins with ${seen.size} known checkpoints`));
}
