import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createCommit, createOrg, createRepo } from '@assay/client';
import { readLog, startMockEndpoint } from '@assay/engine';
import { mustAssay, startProgram } from '../support/assay.ts';
import { startTestHub } from '../support/hub.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { inspectVersion, readyInspect } from './python-clients.ts';
import { clientEnvironment } from './python-script.ts';
import { chainReply, chainRows, createChance, randomTask } from './random-chains.ts';

/** Another seed makes other tasks: `RANDOM_CHAINS=100 RANDOM_SEED=7`. */
const COUNT = Number(process.env.RANDOM_CHAINS ?? 6);
const SEED = Number(process.env.RANDOM_SEED ?? 20);

// compat: inspect.eval
test('random tasks of solvers and judges: requests, conversations and scores as in Inspect', async (t) => {
  t.diagnostic(`${COUNT} tasks, seed ${SEED}, inspect_ai ${inspectVersion}`);
  const python = await readyInspect();
  if (!python.startsWith('/')) return t.skip(python);
  const place = await prepare(t, python);
  const theirs = await place.run('inspect');
  const ours = await place.run('assay');

  // Bodies of the two are the same, byte for byte; how many there are of each too.
  assert.deepEqual(missing(ours.bodies, theirs.bodies), [], 'asked by Inspect alone');
  assert.deepEqual(missing(theirs.bodies, ours.bodies), [], 'asked by us alone');
  assert.ok(ours.bodies.length > 5 * COUNT);
  assert.deepEqual([...ours.logs.keys()].sort(), [...theirs.logs.keys()].sort());
  const told: string[] = [];
  for (const [task, log] of theirs.logs) {
    try {
      assert.deepEqual(ours.logs.get(task), log);
    } catch (error) {
      told.push(`${task} ${JSON.stringify(place.tasks.get(task))}\n${(error as Error).message}`);
    }
  }
  assert.equal(told.length, 0, told.slice(0, 5).join('\n\n'));
  const samples = [...theirs.logs.values()].flatMap((log) => log.samples);
  assert.ok(samples.some((one) => one.failed) && samples.some((one) => !one.failed));
});

/** What both logs must say alike. */
interface Shown {
  status: string;
  results: unknown[];
  samples: { id: unknown; epoch: number; failed: boolean; messages: unknown[]; scores: object }[];
}

async function prepare(t: TestContext, python: string) {
  const home = await createTemporaryFolder(t);
  const hub = await startTestHub(t);
  const chance = createChance(SEED);
  const tasks = Array.from({ length: COUNT }, (_, at) => randomTask(chance, `t${at}`));
  const evalYaml = {
    name: 'Chains',
    description: 'Made by seed.',
    evaluation_framework: 'inspect-ai',
    tasks,
  };
  const repo = { type: 'dataset', name: 'parity/chains' } as const;
  await createOrg(hub.connection, { name: 'parity' });
  await createRepo(hub.connection, repo);
  const rows = chainRows().map((row) => `${JSON.stringify(row)}\n`);
  await createCommit(hub.connection, repo, {
    summary: 'Publish the benchmark',
    changes: [
      { kind: 'put', path: 'eval.yaml', content: JSON.stringify(evalYaml) },
      { kind: 'put', path: 'test.jsonl', content: rows.join('') },
    ],
  });
  const models = ['answering', 'critic', 'judge-a', 'judge-b', 'judge-c'].map((name) => {
    return [name, { answer: (prompt: string) => chainReply(name, prompt) }];
  });
  const mock = await startMockEndpoint({ models: Object.fromEntries(models), record: true });
  t.after(() => mock.close());
  const env = {
    ...clientEnvironment({ python, hub, home }),
    VIRTUAL_ENV: dirname(dirname(python)),
    CHAINS_API_KEY: 'none-needed',
    CHAINS_BASE_URL: mock.url,
    HOME: home,
  };
  const run = async (engine: 'inspect' | 'assay') => {
    const before = mock.bodies().length;
    const logs = join(home, engine);
    const args = ['eval', 'hf/parity/chains', '--model', 'openai-api/chains/answering'];
    args.push('--no-fail-on-error', '--log-dir', logs, '--log-format', 'json', '--display', 'none');
    if (engine === 'assay') await mustAssay([...args, '--templates', 'inspect'], { env });
    else {
      const inspect = join(dirname(python), 'inspect');
      const done = await startProgram(inspect, args, { cwd: home, env }).finished;
      assert.equal(done.code, 0, `${done.stdout}\n${done.stderr}`);
    }
    return { bodies: mock.bodies().slice(before), logs: await readLogs(logs) };
  };
  return { run, tasks: new Map(tasks.map((task) => [task.id, task])) };
}

async function readLogs(folder: string): Promise<Map<string, Shown>> {
  const found = new Map<string, Shown>();
  for (const name of await readdir(folder)) {
    const log = await readLog(join(folder, name));
    const samples = (log.samples ?? []).map((sample) => ({
      id: sample.id,
      epoch: sample.epoch,
      failed: Boolean(sample.error),
      messages: (sample.messages ?? []).map(({ role, content }) => ({ role, content })),
      scores: sample.error ? {} : shownScores(sample.scores ?? {}),
    }));
    const results = (log.results?.scores ?? []).map(({ name: scorer, metrics }) => {
      return [scorer, ...Object.values(metrics).map((metric) => `${metric.name} ${metric.value.toFixed(9)}`)];
    });
    const order = (one: { id: unknown; epoch: number }) => 100 * one.epoch + Number(one.id);
    samples.sort((a, b) => order(a) - order(b));
    found.set(log.eval.task.split('/').at(-1)!, { status: log.status, results, samples });
  }
  return found;
}

function shownScores(scores: Record<string, { value: unknown; answer?: unknown; reason?: unknown }>): object {
  const entries = Object.entries(scores).map(([name, { value, answer, reason }]) => {
    return [name, [Number.isNaN(value) ? 'unscored' : value, answer ?? null, reason ?? null]];
  });
  return Object.fromEntries(entries);
}

/** The bodies that `all` has more often than `some`. */
function missing(some: string[], all: string[]): string[] {
  const left = new Map<string, number>();
  for (const body of some) left.set(body, (left.get(body) ?? 0) + 1);
  return all.filter((body) => {
    const count = left.get(body) ?? 0;
    left.set(body, count - 1);
    return count <= 0;
  });
}
