import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { convertLog } from '../log/convert-log.ts';
import { openLog, readLog } from '../log/open-log.ts';
import { startMockEndpoint } from '../mock/mock-endpoint.ts';
import type { Personality } from '../mock/personality.ts';
import { createModel } from '../model/create-model.ts';
import { evaluate } from '../run/evaluate.ts';
import { sumsModel, testServices, writeSums } from '../run/test-benchmark.ts';
import { assayTemplates } from '../semantics/prompts.ts';
import { diffLogs, type LogDiff } from './diff-logs.ts';
import { recoverLog } from './recover-log.ts';
import { type RescoreRequest, type RescoreServices, rescoreLog } from './rescore-log.ts';

const noModel: RescoreServices = {
  templates: assayTemplates,
  openModel: (name) => assert.fail(`${name} is asked`),
};

async function withRun(
  work: (log: string, folder: string) => Promise<void>,
  setup: { folder?: string; model?: Personality } = {},
): Promise<void> {
  const folder = setup.folder ?? (await writeSums(40, { epochs: 2 }));
  const endpoint = await startMockEndpoint({ personality: setup.model ?? sumsModel });
  try {
    const request = { task: folder, model: 'openai-api/mock/m', modelBaseUrl: endpoint.url };
    const [summary] = await evaluate(request, testServices(folder));
    assert.equal(summary!.status, 'success');
    await work(summary!.logPath, folder);
  } finally {
    await endpoint.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function rescore(log: string, request: RescoreRequest, services = noModel) {
  const reader = await openLog(log);
  return rescoreLog(reader, request, services).finally(() => reader.close());
}

async function compare(left: string, right: string): Promise<LogDiff> {
  const logs = [await openLog(left), await openLog(right)] as const;
  try {
    return await diffLogs(...logs);
  } finally {
    for (const log of logs) await log.close();
  }
}

test('the scorers of the log give what they gave, and the model is not asked', () =>
  withRun(async (log, folder) => {
    const path = join(folder, 'again.eval');
    const summary = await rescore(log, { path, scorers: null, action: 'overwrite' });
    assert.equal(summary.metrics['match/accuracy'], 0.9);
    const diff = await compare(log, path);
    assert.deepEqual(diff, { settings: [], metrics: [], samples: [], same: 80, onlyLeft: 0, onlyRight: 0 });
    const [before, after] = [await readLog(log), await readLog(path)];
    assert.deepEqual(after.samples!.length, before.samples!.length);
    assert.equal(after.reductions!.length, 1);
    assert.equal((after.eval.metadata!.assay as { rescored: object[] }).rescored.length, 1);
  }));

test('another scorer stands beside the first, or instead of it; a second of its name is numbered', () =>
  withRun(async (log, folder) => {
    const steps = [
      { name: 'includes', args: {} },
      { name: 'match', args: { numeric: true } },
    ];
    const [beside, instead] = [join(folder, 'beside.eval'), join(folder, 'instead.eval')];
    await rescore(log, { path: beside, scorers: steps, action: 'append' });
    await rescore(log, { path: instead, scorers: steps, action: 'overwrite' });
    const names = async (path: string) => {
      const read = await readLog(path);
      assert.deepEqual(
        read.results!.scores.map((one) => one.name),
        Object.keys(read.samples![0]!.scores!),
      );
      return Object.keys(read.samples![0]!.scores!);
    };
    assert.deepEqual(await names(beside), ['match', 'includes', 'match1']);
    assert.deepEqual(await names(instead), ['includes', 'match']);
  }));

test('which options an answer marked is read out of it again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-choices-'));
  const rows = Array.from({ length: 12 }, (_none, at) => ({
    question: `Which is ${at}?`,
    choices: ['one', 'two', 'three'],
    target: 'ABC'[at % 3],
  }));
  await writeFile(join(folder, 'test.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const yaml = `tasks:
  - id: c
    field_spec: {input: question, target: target, choices: choices}
    solvers: [{name: multiple_choice}]
    scorers: [{name: choice}]
`;
  await writeFile(join(folder, 'eval.yaml'), yaml);
  await withRun(
    async (log) => {
      const path = join(folder, 'again.eval');
      await rescore(log, { path, scorers: null, action: 'overwrite' });
      const diff = await compare(log, path);
      assert.equal(diff.same, 12);
      assert.equal(
        (await readLog(path)).samples!.filter((one) => one.scores!.choice!.value === 'C').length,
        4,
      );
    },
    { folder, model: { answer: () => 'ANSWER: B' } },
  );
});

test('a scorer that asks a model asks the one bound to its role, and only then', () =>
  withRun(async (log, folder) => {
    const scorers = [{ name: 'model_graded_qa', args: {} }];
    const request = { scorers, action: 'overwrite' as const };
    const unbound = rescore(log, { ...request, path: join(folder, 'unbound.eval') });
    await assert.rejects(unbound, { code: 'missing-argument' });
    const judge = await startMockEndpoint({ personality: { answer: () => 'GRADE: C' } });
    try {
      const services = {
        templates: assayTemplates,
        openModel: (name: string) =>
          createModel(name, { lookup: (key) => (key.endsWith('_BASE_URL') ? judge.url : 'none') }),
      };
      const modelRoles = { grader: ['openai-api/judge/strict'] };
      const path = join(folder, 'judged.eval');
      const { metrics } = await rescore(log, { ...request, path, modelRoles }, services);
      assert.equal(metrics['model_graded_qa/accuracy'], 1);
      assert.equal(judge.counts().answered, 80);
      const read = await readLog(path);
      assert.ok(read.samples![0]!.role_usage!.grader!.total_tokens > 0);
    } finally {
      await judge.close();
    }
  }));

test('unknown scorers and unfinished logs are refused, and nothing is left behind', () =>
  withRun(async (log, folder) => {
    const path = join(folder, 'never.eval');
    const scorers = [{ name: 'no_such', args: {} }];
    await assert.rejects(rescore(log, { path, scorers, action: 'append' }), { code: 'unknown-step' });
    const bytes = await readFile(log);
    const cut = join(folder, 'cut.eval');
    await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length / 2)));
    await assert.rejects(rescore(cut, { path, scorers: null, action: 'append' }), { code: 'log-unfinished' });
    await assert.rejects(openLog(path), { code: 'log-missing' });
  }));

test('a log cut anywhere is closed over the samples it holds', () =>
  withRun(async (log, folder) => {
    const bytes = await readFile(log);
    const cut = join(folder, 'cut.eval');
    await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length / 2)));
    const reader = await openLog(cut);
    const path = join(folder, 'recovered.eval');
    const { samples, missing } = await recoverLog(reader, path).finally(() => reader.close());
    assert.ok(samples > 0 && samples < 80);
    assert.equal(missing, 80 - samples);
    const read = await readLog(path);
    assert.equal(read.status, 'error');
    assert.equal(read.results!.completed_samples, samples);
    const right = read.samples!.filter((one) => one.scores!.match!.value === 'C').length;
    assert.ok(right > 0);
    assert.equal(read.results!.scores[0]!.name, 'match');
  }));

test('a log goes to JSON and back without losing anything', () =>
  withRun(async (log, folder) => {
    const paths = [log, join(folder, 'a.json'), join(folder, 'b.eval')];
    for (const at of [0, 1]) {
      const reader = await openLog(paths[at]!);
      await convertLog(reader, paths[at + 1]!).finally(() => reader.close());
    }
    const byKey = (log: Awaited<ReturnType<typeof readLog>>) => ({
      ...log,
      samples: log.samples!.toSorted((a, b) => a.epoch - b.epoch || Number(a.id) - Number(b.id)),
    });
    assert.deepEqual(byKey(await readLog(paths[2]!)), byKey(await readLog(log)));
    await copyFile(log, join(folder, 'taken.eval'));
    const reader = await openLog(log);
    await assert.rejects(
      convertLog(reader, join(folder, 'taken.eval')).finally(() => reader.close()),
      { code: 'log-exists' },
    );
  }));
