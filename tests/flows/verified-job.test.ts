import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createCommit,
  createOrg,
  createRepo,
  followJob,
  type Job,
  listDiscussions,
  mergePullRequest,
  readDiscussion,
  readEvidence,
  readJob,
  readModelResults,
  readText,
  runEvalJob,
} from '@assay/client';
import { toMaxSamples } from '../../packages/engine/src/task/run-plan.ts';
import { mustAssay, startAssay } from '../support/assay.ts';
import { startTestHub, type TestHub } from '../support/hub.ts';
import { startMockProcess } from '../support/mock-process.ts';
import { publishSmallBenchmark, SMALL_BENCHMARK } from '../support/small-benchmark.ts';

const MODEL = 'makers/m';
const repo = { type: 'model', name: MODEL } as const;
const PATH = '.eval_results/sums.yaml';
const SAMPLES = 300;
const CONNECTIONS = 4;
const LATENCY_MS = 40;

async function countRequests(modelUrl: string): Promise<number> {
  const answer = await fetch(modelUrl.replace('/v1', '/mock/counts'));
  return ((await answer.json()) as { requests: number }).requests;
}

/** A worker as a process of its own; kill -9 ends it. */
async function startWorker(t: Pick<TestContext, 'after'>, hub: TestHub) {
  const ready = Promise.withResolvers<void>();
  const { child, finished } = startAssay(['worker', '--data', hub.dataDir, '--hub-url', hub.url, '--quiet'], {
    env: { ...hub.env, ASSAY_JOBS_SANDBOX: 'off' },
    onOutput: (text) => /does jobs of/.test(text) && ready.resolve(),
  });
  t.after(async () => {
    child.kill('SIGTERM');
    await finished;
  });
  void finished.then((done) => ready.reject(new Error(`the worker ended with ${done.code}\n${done.stderr}`)));
  await ready.promise;
  return {
    async kill() {
      child.kill('SIGKILL');
      await finished;
    },
  };
}

test('a job outlives two of its workers; its result is signed, proposed by the hub, verified, and falls with the key; elsewhere it verifies by an issuer added', async (t) => {
  const hub = await startTestHub(t, { ASSAY_JOBS_IN_HUB: 'false' });
  await publishSmallBenchmark(hub.connection, SAMPLES);
  await createOrg(hub.connection, { name: 'makers' });
  await createRepo(hub.connection, repo);
  const latency = ['--latency', String(LATENCY_MS)];
  const modelUrl = await startMockProcess(t, ['--personality', 'always:The answer is 15', ...latency]);
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token };
  await mustAssay(['jobs', 'endpoint', 'set', 'local', modelUrl], { env });
  const secret = `sk-${randomBytes(16).toString('hex')}`;
  const queued = await runEvalJob(hub.connection, {
    task: `hf/${SMALL_BENCHMARK}/sums`,
    model: 'm',
    provider: 'local',
    repo: MODEL,
    connections: CONNECTIONS,
    secrets: { LOCAL_API_KEY: secret },
  });
  assert.deepEqual([queued.status.stage, queued.assay.queuePosition], ['SCHEDULING', 1]);

  for (const share of [1 / 3, 2 / 3]) {
    const worker = await startWorker(t, hub);
    while ((await countRequests(modelUrl)) < SAMPLES * share) await sleep(20);
    await worker.kill();
    const { stage } = (await readJob(hub.connection, 'admin', queued.id)).status;
    assert.equal(stage, 'RUNNING', 'nobody has taken it up yet');
  }
  await startWorker(t, hub);
  const { job, lines } = await untilOver(hub, queued);

  assert.deepEqual([job.status.stage, job.assay.attempts], ['COMPLETED', 3], lines.join('\n'));
  assert.ok(lines.filter((line) => line.startsWith('going on from the log')).length === 2, lines.join('\n'));
  const asked = await countRequests(modelUrl);
  // Answered, but not in the log yet: such a sample is asked again too, beside those whose answer was on its way.
  assert.ok(
    asked >= SAMPLES && asked <= SAMPLES + 2 * toMaxSamples(CONNECTIONS),
    `${asked} requests for ${SAMPLES} samples`,
  );
  const { evidence, statement, pullRequest, publishedSize } = job.assay.outcome;
  assert.equal((await readEvidence(hub.connection, evidence!)).sampleCount, SAMPLES);
  assert.match(statement!, /^[0-9a-f]{64}$/);
  assert.ok(publishedSize! >= 2);

  const pull = await readDiscussion(hub.connection, repo, pullRequest!);
  assert.deepEqual([pull.author?.name, pull.status, pull.isPullRequest], ['assay-bot', 'open', true]);
  const entry = (await readText(hub.connection, repo, PATH, `refs/pr/${pullRequest}`))!.text;
  assert.match(entry, /verifyToken: "?[\w-]+\.[\w-]+\.[\w-]+"?\n/);
  assert.match(entry, /revision: "?[0-9a-f]{40}"?\n/);
  assert.ok(entry.includes(`/evidence/${evidence}`));
  const pulls: number[] = [];
  for await (const one of listDiscussions(hub.connection, repo, {})) pulls.push(one.num);
  assert.deepEqual(pulls, [pullRequest]);
  await mergePullRequest(hub.connection, repo, pullRequest!);
  const verified = await readFirst(hub);
  assert.deepEqual([verified.standing, verified.verification?.code], ['verified', 'verified']);
  const bundle = await (await ask(hub, 'GET', `/api/assay/results/${verified.id}/bundle`)).bytes();

  // The hub's key falls, and the badge with it; the score stays, and says why it is verified no more.
  const { keys } = (await (await ask(hub, 'GET', '/api/assay/keys')).json()) as { keys: { id: string }[] };
  await ask(hub, 'POST', `/api/assay/keys/${keys[0]!.id}/revoke`, { reason: 'left on a train' });
  const fallen = await readFirst(hub);
  assert.deepEqual([fallen.standing, fallen.verification?.code], ['merged', 'key-revoked']);
  assert.match(fallen.verification!.reason, /left on a train/);

  await verifyElsewhere(t, hub, { bundle, entry });
  await assertNowhere(hub, { secret, said: [...lines, JSON.stringify(job), entry], jobId: job.id });
});

interface Verified {
  id: string;
  standing: string;
  verification?: { code: string; reason: string; issuer?: string };
}

async function ask(hub: TestHub, method: string, path: string, body?: object): Promise<Response> {
  const raw = body instanceof Uint8Array;
  const answer = await fetch(hub.url + path, {
    method,
    headers: {
      authorization: `Bearer ${hub.token}`,
      ...(body && !raw ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: raw ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) } : {}),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${answer.ok ? '' : await answer.text()}`);
  return answer;
}

async function readFirst(hub: TestHub): Promise<Verified> {
  const { results } = await readModelResults(hub.connection, MODEL);
  const answer = await ask(hub, 'GET', `/api/assay/results/${results[0]!.id}`);
  return ((await answer.json()) as { result: Verified }).result;
}

/** Another hub comes to believe the first one, as an administrator says; the same result verifies there. */
async function verifyElsewhere(
  t: Pick<TestContext, 'after'>,
  origin: TestHub,
  { bundle, entry }: { bundle: Uint8Array; entry: string },
): Promise<void> {
  const hub = await startTestHub(t, { ASSAY_JOBS_IN_HUB: 'false' });
  await publishSmallBenchmark(hub.connection);
  await createOrg(hub.connection, { name: 'makers' });
  await createRepo(hub.connection, repo);
  await createCommit(hub.connection, repo, {
    summary: 'Bring a result along',
    changes: [{ kind: 'put', path: PATH, content: entry }],
  });
  assert.deepEqual((await readFirst(hub)).verification?.code, 'unknown-token');
  const logKey = (await (await ask(origin, 'GET', '/tlog/vkey')).text()).trim();
  const issuer = { kind: 'hub', name: 'The first hub', url: origin.url, level: 'worker', logKey };
  await ask(hub, 'POST', '/api/assay/trust/issuers', issuer);
  await ask(hub, 'POST', `/api/assay/statements/bundle?url=${encodeURIComponent(origin.url)}`, bundle);
  let found = await readFirst(hub);
  while (found.verification?.code === 'not-covered') {
    await sleep(100);
    found = await readFirst(hub);
  }
  assert.deepEqual([found.standing, found.verification?.issuer], ['verified', 'The first hub']);
}

async function untilOver(hub: TestHub, { id }: Job): Promise<{ job: Job; lines: string[] }> {
  const lines: string[] = [];
  let job: Job | undefined;
  for await (const event of followJob(hub.connection, 'admin', id)) {
    if (event.kind === 'line') lines.push(event.text);
    else job = event.job;
  }
  return { job: job!, lines };
}

/** A secret is in nothing that was said, and in no file of the job. */
async function assertNowhere(
  hub: TestHub,
  { secret, said, jobId }: { secret: string; said: string[]; jobId: string },
): Promise<void> {
  for (const text of said) assert.ok(!text.includes(secret), text.slice(0, 200));
  const folder = join(hub.dataDir, 'jobs', jobId);
  for (const name of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    assert.ok(!(await readFile(join(name.parentPath, name.name))).includes(secret), name.name);
  }
}
