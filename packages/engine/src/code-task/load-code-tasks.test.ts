import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readLog } from '../log/open-log.ts';
import { type MockEndpoint, startMockEndpoint } from '../mock/mock-endpoint.ts';
import { evaluate } from '../run/evaluate.ts';
import { resumeRun } from '../run/resume-run.ts';
import { testServices } from '../run/test-benchmark.ts';

let folder = '';
let endpoint: MockEndpoint;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-code-task-'));
  endpoint = await startMockEndpoint({ personality: { answer: (prompt) => prompt.split(' ').at(-1)! } });
});
after(async () => {
  await endpoint.close();
  await rm(folder, { recursive: true, force: true });
});

async function write(name: string, source: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, source);
  return file;
}

const run = (task: string, more: object = {}) =>
  evaluate(
    { task, model: 'openai-api/mock/m', modelBaseUrl: endpoint.url, ...more },
    testServices(folder, { logDir: join(folder, 'logs') }),
  );

const STEPS = `
import { defineScorer, defineSolver, defineTask, scorers, solvers } from '@assay/engine';
const twice = defineSolver('twice', async (state, generate, apply) => {
  const first = await apply(solvers.generate(), state);
  first.messages.push({ role: 'user', content: 'say ' + first.output.completion + '!' });
  return generate(first);
});
const half = defineScorer('half', async (state, target, judge) => {
  const strict = await judge(scorers.exact());
  return { value: strict.value === 'C' ? 0.5 : 0, answer: state.output.completion };
});
`;

test('solvers, scorers and samples in code run, in a file that lies anywhere, and are named in the log', async () => {
  const file = await write(
    'own.ts',
    `${STEPS}
interface Row { input: string; target: string | string[]; metadata?: Record<string, unknown> }
const rows: Row[] = [
  { input: 'say one', target: ['uno', 'one'], metadata: { language: 'two of them' } },
  { input: 'say two', target: 'three' },
];
export default defineTask({ name: 'own', data: () => rows, solvers: [twice], scorers: [half, scorers.includes()], epochs: 2 });
`,
  );
  const [summary] = await run(file);
  assert.equal(summary!.status, 'success');
  assert.deepEqual([summary!.metrics['half/accuracy'], summary!.metrics['includes/accuracy']], [0.25, 0.5]);
  const log = await readLog(summary!.logPath);
  assert.equal(log.eval.task, 'own');
  assert.deepEqual(
    log.plan.steps.map((step) => step.solver),
    ['twice'],
  );
  const first = log.samples!.find((one) => one.id === 1)!;
  assert.equal(first.messages!.length, 4);
  assert.deepEqual(first.target, ['uno', 'one']);
  assert.deepEqual(first.metadata, { language: 'two of them' });
});

test('rows of a folder beside the file are read by its columns; one task of several is picked by name', async () => {
  await write('test.jsonl', '{"q": "say yes", "a": "yes"}\n{"q": "say no", "a": "maybe"}\n');
  const file = await write(
    'several.ts',
    `${STEPS}
const data = { from: '.', columns: { input: 'q', target: 'a' } };
export default ['a', 'b'].map((name) => defineTask({ name, data, solvers: [solvers.generate()], scorers: [scorers.match()] }));
`,
  );
  assert.equal((await run(file)).length, 2);
  const [only, ...rest] = await run(`${file}#b`, { limit: 1 });
  assert.deepEqual([only!.task, only!.metrics['match/accuracy'], rest.length], ['b', 1, 0]);
  await assert.rejects(run(`${file}#c`), { code: 'plan-invalid' });
});

test('no log starts code: a retry needs the file named, and the same file', async () => {
  const source = `${STEPS}
export default defineTask({ name: 't', data: [{ input: 'say a', target: 'a' }], solvers: [twice], scorers: [half] });
`;
  const file = await write('retried.ts', source);
  const [summary] = await run(file);
  const services = testServices(folder, { logDir: join(folder, 'again') });
  await assert.rejects(resumeRun(summary!.logPath, {}, services), { code: 'log-not-retryable' });
  const again = await resumeRun(summary!.logPath, { taskFile: file }, services);
  assert.equal(again.status, 'success');
  const other = await write('changed.ts', `${await readFile(file, 'utf8')}\n// changed\n`);
  await assert.rejects(resumeRun(summary!.logPath, { taskFile: other }, services), {
    code: 'log-not-retryable',
  });
});

test('a file that is no task is refused with what is wrong', async () => {
  const broken: Record<string, string> = {
    'syntax.ts': 'export default {',
    'nothing.ts': 'export const x = 1;',
    'nameless.ts': 'export default { data: [], solvers: [], scorers: [] };',
    'steps.ts':
      'export default { name: "x", data: [], solvers: [{ name: "generate", args: {} }], scorers: [] };',
    'data.ts': 'export default { name: "x", solvers: [{ name: "a" }], scorers: [{ name: "b" }] };',
    'twins.ts': `${STEPS}export default defineTask({ name: 'x', data: [], solvers: [twice, twice], scorers: [half] });`,
  };
  for (const [name, source] of Object.entries(broken)) {
    await assert.rejects(run(await write(name, source)), { code: 'plan-invalid' }, name);
  }
  await assert.rejects(run(join(folder, 'missing.ts')), { code: 'plan-invalid' });
});
