import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openLog } from '../log/open-log.ts';
import { type MockEndpoint, startMockEndpoint } from '../mock/mock-endpoint.ts';
import { createSeededRandom } from '../task/random.ts';
import { toMaxSamples } from '../task/run-plan.ts';
import { resumeRun } from './resume-run.ts';
import { sumsModel, testServices, writeSums } from './test-benchmark.ts';

// `npm run soak:kill` does this with 10,000 samples and 20 kills.
const SAMPLES = Number(process.env.ASSAY_KILL_SAMPLES ?? 400);
const KILLS = Number(process.env.ASSAY_KILLS ?? 3);
const AT_ONCE = 20;
const SEED = process.env.ASSAY_KILL_SEED ?? '1';
const script = fileURLToPath(new URL('./killed-run.ts', import.meta.url));

test(`kill -9 at ${KILLS} random points of a run of ${SAMPLES} samples loses and repeats nothing finished`, async (t) => {
  const folder = await writeSums(SAMPLES);
  const endpoint = await startMockEndpoint({ personality: sumsModel, latencyMs: 10 });
  t.after(async () => {
    await endpoint.close();
    await rm(folder, { recursive: true, force: true });
  });
  const random = createSeededRandom('kills', SEED);
  const seen = new Map<string, string>();
  let path: string | undefined;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [script, folder, endpoint.url, String(AT_ONCE), path ?? ''], {
      stdio: 'inherit',
    });
    // What is left is shared out so that there is something to do after the last kill too; 0 is a kill at the start.
    const answers = Math.floor((random() * (SAMPLES - seen.size)) / (KILLS - kill + 1));
    await killAfter(child, endpoint, answers);
    path = (await newestLog(folder)) ?? path;
    if (path) await noteSamples(path, seen);
  }
  assert.ok(path, 'at least one kill came after the log was begun');
  const summary = await resumeRun(path, { connections: AT_ONCE }, testServices(folder));
  assert.equal(summary.status, 'success');
  assert.equal(summary.accounting.scored, SAMPLES);
  assert.equal(summary.metrics['match/accuracy'], 0.9);
  await noteSamples(summary.logPath, seen);
  assert.equal(seen.size, SAMPLES);
  const { requests } = endpoint.counts();
  assert.ok(
    requests <= SAMPLES + KILLS * toMaxSamples(AT_ONCE),
    `${requests} requests for ${SAMPLES} samples`,
  );
});

async function killAfter(child: ChildProcess, endpoint: MockEndpoint, answers: number): Promise<void> {
  const until = endpoint.counts().answered + answers;
  while (endpoint.counts().answered < until && child.exitCode === null) await wait(1);
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** What a log holds once stays: the same sample, under the same uuid, and never twice. */
async function noteSamples(path: string, seen: Map<string, string>): Promise<void> {
  const log = await openLog(path);
  const here = new Set<string>();
  for await (const { id, epoch, uuid } of log.summaries()) {
    const name = `${id}/${epoch}`;
    assert.ok(!here.has(name), `${name} stands twice in ${path}`);
    here.add(name);
    assert.equal(seen.get(name) ?? uuid, uuid, `${name} was run again although it was finished`);
    seen.set(name, uuid!);
  }
  await log.close();
  for (const name of seen.keys()) assert.ok(here.has(name), `${name} is lost`);
}

async function newestLog(folder: string): Promise<string | undefined> {
  const logs = (await readdir(join(folder, 'logs'))).filter((name) => name.endsWith('.eval')).sort();
  const last = logs.at(-1);
  return last && join(folder, 'logs', last);
}
