import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMockEndpoint } from '@assay/engine';
import { listen } from '../http/server.ts';
import { createHub } from '../hub.ts';
import { findJob, isOver, type Job } from '../jobs/job.ts';
import { readLines } from '../jobs/job-lines.ts';
import { askJson, commitFiles, evalYamlText, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, withHub } from '../testing/with-hub.ts';
import { startJobs, startWorker } from './worker.ts';

const SAMPLES = 60;
const key = 'ab'.repeat(32);

/** A worker with a data folder of its own: all it shares with the hub is the database, a key and an address. */
async function startFarWorker(hub: TestHub, hubUrl: string) {
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-worker-'));
  const config = { ...hub.context.config, dataDir, jobsSandbox: 'off' as const };
  const visiting = await createHub(config, { purpose: 'work' });
  const worker = await startWorker(visiting.context, { hubUrl, remote: true });
  return {
    async close() {
      await worker.close();
      await visiting.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

test('a job that its worker gives back is finished on another machine, from the log of the first', () =>
  withHub(
    async (hub) => {
      const admin = await hub.user('root', { isAdmin: true });
      await makeRepo(hub, admin, { type: 'dataset', name: 'bench' });
      const rows = Array.from({ length: SAMPLES }, (_, n) =>
        JSON.stringify({ question: `${n} plus 1?`, answer: `${n + 1}` }),
      );
      const files = { 'eval.yaml': evalYamlText, 'test.jsonl': rows.join('\n') };
      await commitFiles(hub, admin, { type: 'dataset', repo: 'root/bench', files });
      await makeRepo(hub, admin, { name: 'm' });
      const mock = await startMockEndpoint({ personality: 'always:7', latencyMs: 60 });
      const server = await listen(hub, { port: 0, host: '127.0.0.1' });
      const jobs = await startJobs(hub.context, { hubUrl: server.url, publicUrl: server.url });
      let worker = await startFarWorker(hub, server.url);
      try {
        const json = {
          task: 'hf/root/bench/main',
          model: 'm',
          modelBaseUrl: mock.url,
          repo: 'root/m',
          connections: 2,
        };
        const { status, body } = await askJson(hub, 'POST', '/api/assay/jobs/eval', { as: admin, json });
        assert.equal(status, 201, JSON.stringify(body));
        await until(hub, body.id, (job) => (job.progress?.done ?? 0) > SAMPLES / 4);
        await worker.close();
        worker = await startFarWorker(hub, server.url);
        const job = await until(hub, body.id, isOver);
        const said = (await readLines(hub.context.db, job.id, 0)).map((line) => line.text).join('\n');
        assert.deepEqual([job.stage, job.attempts], ['COMPLETED', 2], said);
        assert.match(said, /going on from the log/);
        assert.ok(mock.counts().requests < SAMPLES + 10, JSON.stringify(mock.counts()));
        assert.equal(job.outcome.samples, SAMPLES);
      } finally {
        await worker.close();
        await jobs.close();
        await server.close();
        await mock.close();
      }
    },
    { config: { secretsKey: key, jobsInHub: 'false' } },
  ));

async function until(hub: TestHub, id: string, holds: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = (await findJob(hub.context.db, id))!;
    if (holds(job)) return job;
    await sleep(50);
  }
}
