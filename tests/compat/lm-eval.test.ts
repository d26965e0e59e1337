import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { toHubFiles } from '../../packages/cli/src/hub-files.ts';
import { openHubDataset } from '../../packages/engine/src/dataset/dataset-files.ts';
import { openRecords } from '../../packages/engine/src/dataset/record-source.ts';
import type { SampleFacts } from '../../packages/engine/src/lm-eval/facts.ts';
import { loadEntry } from '../../packages/engine/src/lm-eval/obstacles.ts';
import { toEvalTask } from '../../packages/engine/src/lm-eval/planned-task.ts';
import { type PromptForm, prepareRecords } from '../../packages/engine/src/lm-eval/prepared-records.ts';
import type { LmEvalTask } from '../../packages/engine/src/lm-eval/task-config.ts';
import { readTaskIndex } from '../../packages/engine/src/lm-eval/task-index.ts';
import { startProgram } from '../support/assay.ts';
import { startTestHub, type TestHub } from '../support/hub.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { publishDatasets } from './lm-eval-hub.ts';
import { createRandom, pickSome } from './lm-eval-rows.ts';
import { readyEnvironment } from './python-clients.ts';

const VERSION = '0.4.13';
/** lm-eval from its source distribution; of what it depends on only what building prompts imports: no torch. */
const INSTALLS = [
  ['datasets==5.2.0', 'jinja2', 'pyyaml', 'requests', 'sacrebleu'],
  ['--no-deps', '--no-binary', 'lm-eval', `lm-eval==${VERSION}`],
];
const SEED = Number(process.env.LM_EVAL_SEED ?? 20261124);
const PICKED = Number(process.env.LM_EVAL_TASKS ?? 50);
/** As the task says, and with three examples in each prompt. */
const SHOTS = [null, 3];

test(`declarative tasks of lm-eval ${VERSION} load, and make the prompts that lm-eval makes`, async (t) => {
  const python = await readyEnvironment(`lm-eval-${VERSION}`, INSTALLS).catch(
    (error: Error) => error.message,
  );
  if (!python.startsWith('/')) return t.skip(python);
  const tasks = await loadAll(python, (line) => t.diagnostic(line));
  assert.ok(tasks.length >= 4_000, `only ${tasks.length} tasks load`);

  const picked = pickSome(
    tasks.filter((task) => task.datasetPath.includes('/') && !needsDownload(task)),
    PICKED,
    createRandom(SEED),
  );
  const hub = await startTestHub(t);
  await publishDatasets(hub.connection, picked, SEED);
  const expected = await askLmEval(python, hub, await createTemporaryFolder(t), picked);
  const compared = { asConfigured: 0, withExamples: 0 };
  for (const [at, task] of picked.entries()) {
    const [configured, shown] = expected[at]!;
    assert.deepEqual(await makePrompts(hub, task), configured, `${task.task} (seed ${SEED})`);
    compared.asConfigured += 1;
    // A task need not be able to show examples; then lm-eval fails, and so must we.
    const ours = await makePrompts(hub, { ...task, numFewshot: SHOTS[1]! }).catch(() => null);
    if (!shown || 'error' in shown) assert.equal(ours, null, `${task.task} with examples: ${shown?.error}`);
    else assert.deepEqual(ours, shown, `${task.task} with examples (seed ${SEED})`);
    if (ours) compared.withExamples += 1;
  }
  t.diagnostic(
    `${compared.asConfigured} tasks as configured, ${compared.withExamples} with examples: same prompts`,
  );
  assert.equal(compared.asConfigured, PICKED);
  assert.ok(compared.withExamples >= PICKED / 2);
});

/** Loads what the installed lm-eval holds, saying how much of it and why the rest cannot run. */
async function loadAll(python: string, say: (line: string) => void): Promise<LmEvalTask[]> {
  const script = 'import lm_eval, os; print(os.path.join(os.path.dirname(lm_eval.__file__), "tasks"))';
  const found = await startProgram(python, ['-c', script]).finished;
  assert.equal(found.code, 0, found.stderr);
  const index = readTaskIndex(found.stdout.trim());
  const tasks: LmEvalTask[] = [];
  const types = new Map<string, number>();
  const reasons = new Map<string, number>();
  const add = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const entry of index.entries.values()) {
    if (entry.kind !== 'task' && entry.kind !== 'python') continue;
    const { task, obstacles } = loadEntry(entry);
    for (const { kind } of obstacles) add(reasons, kind);
    if (!task) continue;
    tasks.push(task);
    add(types, task.outputType);
  }
  say(`${tasks.length} tasks load: ${JSON.stringify(Object.fromEntries(types))}`);
  say(`obstacles to running: ${JSON.stringify(Object.fromEntries(reasons))}`);
  return tasks;
}

/** For metrics of the library `evaluate`, lm-eval fetches code from huggingface.co before it makes a prompt. */
function needsDownload(task: LmEvalTask): boolean {
  return task.metrics.some((metric) => metric.options.hf_evaluate === true);
}

interface Prompts {
  /** Strings of each request: the context, and a continuation. */
  plain: string[][];
  chat?: { role: string; content: string }[][];
}

type Expected = Prompts & { error?: string };

async function askLmEval(
  python: string,
  hub: TestHub,
  home: string,
  tasks: LmEvalTask[],
): Promise<Expected[][]> {
  const asked = join(home, 'asked.json');
  await writeFile(asked, JSON.stringify({ tasks: tasks.map((task) => task.task), shots: SHOTS }));
  const script = fileURLToPath(new URL('lm_eval_prompts.py', import.meta.url));
  const env = {
    HF_ENDPOINT: hub.url,
    HF_TOKEN: hub.token,
    HF_HOME: join(home, 'hf'),
    HF_HUB_DISABLE_XET: '1',
  };
  const done = await startProgram(python, [script, asked], { cwd: home, env }).finished;
  assert.equal(done.code, 0, done.stderr.slice(-4000));
  return JSON.parse(done.stdout.trim().split('\n').at(-1)!) as Expected[][];
}

async function makePrompts(hub: TestHub, task: LmEvalTask): Promise<Prompts> {
  const plain = await readPrepared(hub, task, 'plain');
  if (task.outputType !== 'generate_until') {
    const facts = plain.map((row) => row.lm_eval as SampleFacts);
    const rolling = task.outputType === 'loglikelihood_rolling';
    const strings = facts.flatMap((one) => one.requests!.map((each) => [each.context, each.continuation]));
    return { plain: rolling ? strings.map(([, text]) => [text!]) : strings };
  }
  const chat = await readPrepared(hub, task, 'chat');
  return {
    plain: plain.map((row) => [row.input as string]),
    chat: chat.map((row) => row.input as { role: string; content: string }[]),
  };
}

async function readPrepared(
  hub: TestHub,
  task: LmEvalTask,
  form: PromptForm,
): Promise<Record<string, unknown>[]> {
  const evalTask = toEvalTask(task, form);
  const files = await openHubDataset(toHubFiles(hub.connection), task.datasetPath, 'main');
  const records = prepareRecords(evalTask, files, await openRecords(files, evalTask.config, evalTask.split));
  const rows: Record<string, unknown>[] = [];
  for await (const row of records.records()) rows.push(row);
  return rows;
}
