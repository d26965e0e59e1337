import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readLog } from '@assay/engine';
import { mustAssay, startProgram } from '../support/assay.ts';
import { startMockProcess } from '../support/mock-process.ts';
import { SMALL_EVAL_YAML, smallRows } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { inspectVersion, readyInspect } from './python-clients.ts';

const ROWS = 12;

/** What Inspect's own reader finds in a log. */
const reader = `
import json, sys
from inspect_ai.log import read_eval_log, read_eval_log_sample_summaries
log = read_eval_log(sys.argv[1])
samples = sorted(log.samples, key=lambda sample: (sample.epoch, sample.id))
print(json.dumps({
  "status": log.status,
  "metrics": {name: metric.value for name, metric in log.results.scores[0].metrics.items()},
  "values": [sample.scores["match"].value for sample in samples],
  "texts": [[message.text for message in sample.messages] for sample in samples][:2],
  "summaries": len(read_eval_log_sample_summaries(sys.argv[1])),
  "reduced": len(log.reductions[0].samples),
  "commit": log.eval.metadata["assay"]["plan"]["dataset"]["commit"],
}))
`;

test(`inspect_ai ${inspectVersion} opens our logs and reads what we wrote`, async (t) => {
  const python = await readyInspect();
  if (!python.startsWith('/')) return t.skip(python);
  const folder = await createTemporaryFolder(t);
  const bench = join(folder, 'bench');
  await mkdir(bench);
  await writeFile(
    join(bench, 'eval.yaml'),
    SMALL_EVAL_YAML.replace('field_spec:', 'epochs: 2\n    field_spec:'),
  );
  const rows = smallRows(ROWS);
  const isWrong = (at: number) => at % 10 === 3;
  await writeFile(join(bench, 'test.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const replies = rows.map(({ question, target }, at) => ({
    question,
    output: isWrong(at) ? 'It is 0' : `It is ${target}`,
  }));
  await writeFile(join(folder, 'replies.jsonl'), replies.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const url = await startMockProcess(t, ['--replay', `m=${join(folder, 'replies.jsonl')}`]);
  const model = ['--model', 'openai-api/mock/m', '--model-base-url', url];
  const env = { MOCK_API_KEY: 'none-needed' };
  for (const format of ['eval', 'json']) {
    const logs = join(folder, format);
    await mustAssay(['eval', bench, ...model, '--log-dir', logs, '--log-format', format], { env });
    const log = join(logs, (await readdir(logs))[0]!);
    const read = await startProgram(python, ['-c', reader, log]).finished;
    assert.equal(read.code, 0, read.stderr.slice(-2000));
    const found = JSON.parse(read.stdout);
    const ours = await readLog(log);
    const metrics = ours.results!.scores[0]!.metrics;
    assert.deepEqual(found.metrics, {
      accuracy: metrics.accuracy!.value,
      stderr: metrics.stderr!.value,
    });
    const once = rows.map((_row, at) => (isWrong(at) ? 'I' : 'C'));
    assert.deepEqual(found.values, [...once, ...once]);
    assert.deepEqual(found.texts[1], [rows[1]!.question, `It is ${rows[1]!.target}`]);
    assert.deepEqual(
      [found.status, found.summaries, found.reduced, found.commit],
      ['success', 2 * ROWS, ROWS, null],
    );
    const dumped = await startProgram(join(dirname(python), 'inspect'), ['log', 'dump', log]).finished;
    assert.equal(dumped.code, 0, dumped.stderr.slice(-2000));
    assert.equal(JSON.parse(dumped.stdout).samples.length, 2 * ROWS);
  }
});
