import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { createGunzip } from 'node:zlib';
import { createOrg, createRepo, readBoard } from '@assay/client';
import type { EvalSample } from '@assay/spec';
import { cloneInto, commitAndPush } from '../support/git.ts';
import { startTestHub } from '../support/hub.ts';
import { startMockProcess } from '../support/mock-process.ts';
import { findSharedData, withoutSharedData } from '../support/shared-data.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { readSamples, runSubmitMerge } from './recorded-models.ts';
import { type Deviation, writeDeviations } from './report.ts';

// The recorded outputs say "The answer is (X)". The scorer's pattern is the first of the authors' own. What they take for
// an answer when it finds none is no answer in words: those stay deviations, and the report lists each. The number
// stands in the prompt because some questions stand in the data twice, word for word, and a replay must know which of
// them is asked.
const EVAL_YAML = `name: MMLU-Pro
description: Multiple choice questions of fourteen subjects with up to ten options.
evaluation_framework: inspect-ai
tasks:
  - id: mmlu_pro
    field_spec:
      input: question
      target: answer
      choices: options
      metadata: [question_id, category]
    solvers:
      - name: prompt_template
        args:
          template: |-
            Question {question_id}: {prompt}
      - name: multiple_choice
        args:
          template: |
            {question}

            {choices}

            Think step by step and finish with "The answer is (X)", where X is one of {letters}.
    scorers:
      - name: pattern
        args:
          pattern: 'answer is \\(?([A-J])\\)?'
          ignore_case: false
`;

const KINDS = {
  'a letter elsewhere':
    'it never says "answer is (X)"; the authors take the last of A to J that stands alone',
  'no letter at all': 'it breaks off before any answer; the authors write G',
};

interface Row {
  question_id: number;
  question: string;
  options: string[];
  answer: string;
}

interface Recorded {
  question_id: number;
  output: string;
  pred: string | null;
}

/** Accuracy in percent over 12,032 by the authors' own extraction. */
const AUTHORS: Record<string, number> = {
  'Meta-Llama-3.1-70B-Instruct': 62.82,
  'Meta-Llama-3.1-8B-Instruct': 44.19,
  'gemma-7b': 32.36,
  'Mistral-7B-Instruct-v0.2': 28.76,
};

test('MMLU-Pro: four recorded models agree with the authors’ extraction, item by item', {
  skip: withoutSharedData(),
}, async (t) => {
  const data = join(findSharedData()!, 'mmlu-pro');
  const hub = await startTestHub(t);
  const folder = await createTemporaryFolder(t);
  await createOrg(hub.connection, { name: 'mmlu' });
  await createRepo(hub.connection, { type: 'dataset', name: 'mmlu/mmlu-pro' });
  const rows: Row[] = [];
  for await (const row of readLines<Row>(join(data, 'test.jsonl.gz'))) rows.push(row);

  const clone = join(folder, 'mmlu-pro');
  await cloneInto(clone, hub.url, 'datasets/mmlu/mmlu-pro', hub.token);
  await writeFile(join(clone, 'eval.yaml'), EVAL_YAML);
  await writeFile(join(clone, 'test.jsonl'), toJsonLines(rows));
  const pushed = await commitAndPush(clone, 'Publish MMLU-Pro');
  assert.equal(pushed.code, 0, pushed.stderr);

  const models = Object.keys(AUTHORS);
  const replays = models.flatMap((name) => [
    '--replay',
    `${name}=${join(data, `recorded_${name}.jsonl.gz`)}`,
  ]);
  const asked = rows.map((row) => ({ ...row, question: `Question ${row.question_id}: ${row.question}` }));
  const questions = join(folder, 'questions.jsonl');
  await writeFile(questions, toJsonLines(asked));
  const modelUrl = await startMockProcess(t, [...replays, '--questions', questions]);
  const answers = new Map(rows.map((row) => [row.question_id, row.answer]));
  const deviations: Deviation[] = [];
  const correct = new Map<string, number>();
  for (const name of models) {
    const run = {
      spec: 'hf/mmlu/mmlu-pro/mmlu_pro',
      model: `mmlu/${name}`,
      modelUrl,
      logs: join(folder, name),
    };
    const log = await runSubmitMerge(hub.connection, run);
    const recorded = new Map<number, Recorded>();
    for await (const one of readLines<Recorded>(join(data, `recorded_${name}.jsonl.gz`)))
      recorded.set(one.question_id, one);
    const theirs = [...recorded.values()].filter((one) => one.pred === answers.get(one.question_id)).length;
    assert.equal(
      ((100 * theirs) / rows.length).toFixed(2),
      AUTHORS[name]!.toFixed(2),
      'the recorded predictions',
    );
    const found = await compare(name, log, recorded);
    deviations.push(...found.deviations);
    correct.set(`mmlu/${name}`, found.correct);
    assert.equal(found.samples, rows.length);
    t.diagnostic(
      `${name}: ours ${found.correct}, theirs ${theirs}, ${found.deviations.length} of ${rows.length} answers differ`,
    );
  }
  const report = await writeDeviations('mmlu-pro', deviations, KINDS);
  const unexplained = deviations.filter((one) => !(one.kind in KINDS));
  assert.deepEqual(unexplained, [], `deviations that nothing explains, see ${report}`);

  const board = await readBoard(hub.connection, 'mmlu/mmlu-pro', { task: 'mmlu_pro' });
  const expected = [...correct]
    .sort((a, b) => b[1] - a[1])
    .map(([model, count]) => [model, count, rows.length]);
  assert.deepEqual(
    board.rows.map((row) => [row.model, row.correct, row.n]),
    expected,
  );
});

function toJsonLines(rows: object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

async function compare(
  model: string,
  log: string,
  recorded: Map<number, Recorded>,
): Promise<{ deviations: Deviation[]; correct: number; samples: number }> {
  const deviations: Deviation[] = [];
  let correct = 0;
  let samples = 0;
  for await (const sample of readSamples(log)) {
    samples += 1;
    const id = Number(sample.metadata?.question_id);
    const { pred } = recorded.get(id)!;
    const score = sample.scores!.pattern!;
    if (score.value === 'C') correct += 1;
    const ours = score.answer ?? null;
    if (ours === pred) continue;
    const kind = explain(sample, recorded.get(id)!);
    deviations.push({ model, sample: String(id), ours: ours ?? 'none', theirs: pred ?? 'none', kind });
  }
  return { deviations, correct, samples };
}

function explain(sample: EvalSample, own: Recorded): string {
  const said = sample.output?.completion ?? '';
  if (said !== own.output || /answer is \(?[A-J]\)?/.test(said)) return 'unexplained';
  const letter = said.match(/(?<![\p{L}\p{N}_])[A-J](?![\p{L}\p{N}_])/gu)?.at(-1);
  if (letter === undefined) return own.pred === 'G' ? 'no letter at all' : 'unexplained';
  return letter === own.pred ? 'a letter elsewhere' : 'unexplained';
}

async function* readLines<T>(file: string): AsyncIterable<T> {
  const lines = createInterface({
    input: createReadStream(file).pipe(createGunzip()),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) if (line !== '') yield JSON.parse(line) as T;
}
