import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLogWriter } from '@assay/engine';
import { EVAL_LOG_VERSION, type EvalLogStart, type EvalSample } from '@assay/spec';
import { main } from './main.ts';
import type { Surroundings } from './surroundings.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-log-commands-'));
  await writeLog('one.eval', ['4', '5', '6']);
  await writeLog('two.eval', ['4', '5', '7']);
  await writeFile(join(folder, 'no-log.json'), '{"some": "thing"}');
  await writeFile(join(folder, 'damaged.eval'), 'PK and nothing else');
});
after(() => rm(folder, { recursive: true, force: true }));

async function writeLog(name: string, answers: string[]): Promise<void> {
  const start: EvalLogStart = {
    version: EVAL_LOG_VERSION,
    eval: {
      eval_id: name,
      run_id: 'run',
      created: '2026-11-24T00:00:00+00:00',
      task: 'sums',
      task_id: name,
      task_version: 0,
      dataset: { name: 'sums', samples: 3 },
      model: 'm',
      model_args: {},
      config: { epochs: 1 },
      scorers: [{ name: 'match', options: {} }],
    },
    plan: { name: 'plan', steps: [], config: {} },
  };
  const writer = await createLogWriter(join(folder, name), start);
  for (const [at, completion] of answers.entries()) {
    const sample = { id: at + 1, epoch: 1, input: 'q', target: String(at + 4), messages: [], metadata: {} };
    const scores = { match: { value: completion === sample.target ? 'C' : 'I' } };
    await writer.writeSample({
      ...sample,
      scores,
      output: { model: 'm', choices: [], completion },
    } as EvalSample);
  }
  const results = { total_samples: 3, completed_samples: 3, scores: [] };
  const stats = { started_at: start.eval.created, completed_at: start.eval.created, model_usage: {} };
  await writer.finish({ ...start, status: 'success', results, stats }, []);
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const surroundings: Surroundings = {
    env: {},
    exitCode: 0,
    columns: null,
    write: (text) => {
      said.out += text;
    },
    writeError: (text) => {
      said.err += text;
    },
    interrupted: () => new Promise(() => {}),
  };
  return { code: await main(args, surroundings), ...said };
}

test('a folder is listed: logs, and files that should be and cannot be read', async () => {
  const { out } = await run('log', 'list', folder, '--json');
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ log, status }) => [log.slice(folder.length + 1), status]),
    [
      ['two.eval', 'success'],
      ['one.eval', 'success'],
      ['damaged.eval', 'unreadable'],
    ],
  );
});

test('two logs are compared sample by sample, and the exit code says whether they differ', async () => {
  const [one, two] = [join(folder, 'one.eval'), join(folder, 'two.eval')];
  const same = await run('log', 'diff', one, one);
  assert.equal(same.code, 0);
  const { code, out } = await run('log', 'diff', one, two, '--json');
  assert.equal(code, 1);
  const found = JSON.parse(out);
  assert.deepEqual(found.samples, [{ id: 3, epoch: 1, left: { match: 'C' }, right: { match: 'I' } }]);
  assert.equal(found.same, 2);
});

test('a log is scored by another scorer into a log of its own, and never over one that is there', async () => {
  const log = join(folder, 'two.eval');
  const scored = join(folder, 'out', 'scored.json');
  const first = await run('score', log, '--scorer', 'match', '-S', 'numeric=true', '--output-file', scored);
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /match1\/accuracy +0\.666667/);
  const again = await run('score', log, '--scorer', 'match', '--output-file', scored);
  assert.equal(again.code, 2);
  const unknown = await run('score', log, '--scorer', 'no_such', '--output-file', join(folder, 'x.eval'));
  assert.equal(unknown.code, 1);
});

test('a log is converted beside itself, once', async () => {
  const log = join(folder, 'one.eval');
  const first = await run('log', 'convert', log, '--to', 'json');
  assert.equal(first.code, 0, first.err);
  assert.equal((await run('log', 'convert', log, '--to', 'json')).code, 2);
  const back = await run('log', 'diff', log, join(folder, 'one.json'));
  assert.equal(back.code, 0, back.out);
});
