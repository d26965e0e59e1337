import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readLog } from '@assay/engine';
import { mustAssay, runAssay, startProgram } from '../support/assay.ts';
import { startMockProcess } from '../support/mock-process.ts';
import { SMALL_EVAL_YAML, smallRows } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { readyEnvironment } from './python-clients.ts';

const VERSION = '0.3.0';

test(`every_eval_ever ${VERSION} accepts what is exported without a warning, and an import gives it back`, async (t) => {
  const python = await readyEnvironment(
    `every-eval-ever-${VERSION}`,
    [[`every-eval-ever==${VERSION}`]],
    '3.12',
  ).catch((error: Error) => error.message);
  if (!python.startsWith('/')) return t.skip(python);
  const home = await createTemporaryFolder(t);
  const bench = join(home, 'bench');
  await mkdir(bench);
  const twice = SMALL_EVAL_YAML.replace('field_spec:', 'epochs: 2\n    field_spec:');
  await writeFile(join(bench, 'eval.yaml'), twice.replace('    scorers:', '    scorers:\n      - name: f1'));
  const rows = smallRows(8).map((row) => `${JSON.stringify(row)}\n`);
  await writeFile(join(bench, 'test.jsonl'), rows.join(''));
  const url = await startMockProcess(t, ['--personality', 'always:The answer is 19']);
  const logs = join(home, 'logs');
  const model = ['--model', 'openai-api/mock/m', '--model-base-url', url];
  await mustAssay(['eval', bench, ...model, '--temperature', '0', '--log-dir', logs]);
  const log = join(logs, (await readdir(logs))[0]!);

  const convert = ['log', 'convert', log, '--to', 'every-eval-ever', '--output-dir', home];
  assert.equal((await runAssay(convert)).code, 1, 'nobody says whose model it is');
  const named = [...convert, '--model-id', 'org/m', '--organization', 'me', '--relationship', 'third_party'];
  const [aggregate, instances] = (await mustAssay(named)).trim().split('\n');
  const record = JSON.parse(await readFile(aggregate!, 'utf8'));
  const text = await readFile(instances!, 'utf8');
  const { checksum, total_rows: count } = record.detailed_evaluation_results;
  assert.equal(checksum, createHash('sha256').update(text).digest('hex'));
  assert.deepEqual([count, text.trim().split('\n').length], [8 * 2 * 2, 8 * 2 * 2]);
  const tool = join(dirname(python), 'every_eval_ever');
  const done = await startProgram(tool, ['validate', '--format', 'json', aggregate!, instances!], {
    cwd: home,
  }).finished;
  assert.equal(done.code, 0, done.stdout + done.stderr);
  assert.deepEqual(
    (await mustAssay(named)).trim().split('\n'),
    [aggregate, instances],
    'the same run, the same files',
  );

  const back = await mustAssay(['import', aggregate!, '--log-dir', join(home, 'back')]);
  const imported = await Promise.all(
    back
      .trim()
      .split('\n')
      .map((path) => readLog(path)),
  );
  const ours = await readLog(log);
  const values = ours.results!.scores.flatMap((score) =>
    Object.values(score.metrics).flatMap((metric) => (metric.name === 'stderr' ? [] : [metric.value])),
  );
  const returned = imported.map((one) => Object.values(one.results!.scores[0]!.metrics)[0]!.value);
  assert.deepEqual(returned, values);
  assert.ok(imported.every((one) => one.samples!.length === 16));
});
