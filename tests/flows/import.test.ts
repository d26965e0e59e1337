import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  createCommit,
  createOrg,
  createRepo,
  mergePullRequest,
  readModelResults,
  readText,
  repoInfo,
} from '@assay/client';
import { readLog } from '@assay/engine';
import { parseEvalResults } from '@assay/spec';
import { runAssay } from '../support/assay.ts';
import { startTestHub, type TestHub } from '../support/hub.ts';
import { findSharedData } from '../support/shared-data.ts';
import {
  publishSmallBenchmark,
  SMALL_BENCHMARK,
  SMALL_EVAL_YAML,
  smallRows,
} from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { writeForeignFiles } from './foreign-files.ts';

const data = findSharedData();
const LOGS = [join(data ?? '', 'vectors/inspect/logs'), join(data ?? '', '../vectors/inspect/logs')].find(
  existsSync,
);

/** A hub with a benchmark, and the commands a submitter types. */
async function prepare(t: TestContext) {
  const hub = await startTestHub(t);
  await createOrg(hub.connection, { name: 'makers' });
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token };
  const folder = await createTemporaryFolder(t);
  /** The logs made of some files, each with what is said to be missing. */
  const bring = async (paths: string[]): Promise<string[]> => {
    const done = await runAssay(['import', ...paths, '--log-dir', join(folder, 'logs')]);
    assert.equal(done.code, 0, done.stderr);
    const logs = done.stdout.trim().split('\n');
    assert.equal(logs.length, paths.length);
    for (const log of logs)
      assert.ok((await missingIn(log)).every((gap) => done.stderr.includes(`not in it: ${gap}`)));
    return logs;
  };
  const submit = (log: string, model: string, ...flags: string[]) =>
    runAssay(['submit', log, '--repo', model, ...flags], { env });
  return { hub, folder, bring, submit };
}

/** What the log itself says that it does not hold. */
async function missingIn(log: string): Promise<string[]> {
  const { imported } = (await readLog(log)).eval.metadata!.assay as { imported: { missing: string[] } };
  return imported.missing;
}

async function headOf(hub: TestHub, name: string): Promise<string> {
  return (await repoInfo(hub.connection, { type: 'dataset', name })).sha!;
}

/** The one entry of a result file that the hub took; the parser of the specification finds nothing wrong with it. */
async function entryOf(hub: TestHub, model: string, path: string, revision?: string) {
  const file = await readText(hub.connection, { type: 'model', name: model }, path, revision);
  const parsed = parseEvalResults(file!.text);
  assert.ok(parsed.ok, file!.text);
  assert.deepEqual([parsed.value.length, parsed.warnings.length], [1, 0], file!.text);
  return parsed.value[0]!;
}

test('logs of Inspect are imported, submitted as a pull request, and rows of the board', {
  skip:
    LOGS === undefined &&
    'recorded logs not found: set ASSAY_TEST_DATA to the folder that holds vectors/inspect',
}, async (t) => {
  const { hub, bring, submit } = await prepare(t);
  await createOrg(hub.connection, { name: 'org' });
  const bench = { type: 'dataset', name: 'org/demo' } as const;
  await createRepo(hub.connection, bench);
  const rows = smallRows(3).map((row) => `${JSON.stringify(row)}\n`);
  await createCommit(hub.connection, bench, {
    summary: 'Publish',
    changes: [
      { kind: 'put', path: 'eval.yaml', content: SMALL_EVAL_YAML },
      { kind: 'put', path: 'test.jsonl', content: rows.join('') },
    ],
  });
  await publishSmallBenchmark(hub.connection, 4);
  const sha = await headOf(hub, 'org/demo');
  const elsewhere = `${SMALL_BENCHMARK}/sums@${await headOf(hub, SMALL_BENCHMARK)}`;
  const files = ['01-success.eval', '10-json-format.json', '14-crashed-started.eval'];
  const [whole, json, crashed] = await bring(files.map((name) => join(LOGS!, name)));
  const unsaid = await submit(whole!, 'makers/m0');
  assert.equal(unsaid.code, 1);
  assert.match(unsaid.stderr, /--benchmark ORG\/NAME\/TASK@FULL_COMMIT/);
  const other = await submit(whole!, 'makers/m0', '--benchmark', elsewhere);
  assert.match(other.stderr, /the log is about org\/demo, not sums-org\/sums/);
  for (const [at, log] of [whole!, json!].entries()) {
    const model = `makers/m${at}`;
    await createRepo(hub.connection, { type: 'model', name: model });
    assert.deepEqual(await missingIn(log), ['the revision of the dataset, as a commit']);
    const said = await submit(log, model, '--benchmark', `org/demo/sums@${sha}`);
    assert.equal(said.code, 0, said.stderr);
    const num = Number(/Pull request: .*discussions\/(\d+)/.exec(said.stdout)?.[1]);
    const { samples, results, eval: told } = await readLog(log);
    assert.ok(samples!.length > 0 && told.packages!.inspect_ai, 'the samples came along');
    const entry = await entryOf(hub, model, '.eval_results/demo.yaml', `refs/pr/${num}`);
    const value = results!.scores[0]!.metrics.accuracy!.value;
    assert.deepEqual([entry.value, entry.dataset.revision], [Number(value.toFixed(6)), sha]);
    await mergePullRequest(hub.connection, { type: 'model', name: model }, num);
    const { results: listed } = await readModelResults(hub.connection, model);
    assert.deepEqual(
      listed.map((row) => [row.standing, row.value, row.n]),
      [['merged', entry.value, samples!.length]],
    );
  }
  assert.ok((await missingIn(crashed!)).includes('a regular end: its status is "started"'));
  const refused = await submit(crashed!, 'makers/m0', '--benchmark', `org/demo/sums@${sha}`);
  assert.match(refused.stderr, /its status is "started"/);
});

test('what lm-eval, Lighteval, SWE-bench and Every Eval Ever leave becomes a result that the hub takes', async (t) => {
  const { hub, folder, bring, submit } = await prepare(t);
  await publishSmallBenchmark(hub.connection, 4);
  const benchmark = `${SMALL_BENCHMARK}/sums@${await headOf(hub, SMALL_BENCHMARK)}`;
  const foreign = await writeForeignFiles(folder, smallRows(4));
  const logs = await bring(foreign.map((one) => one.path));
  for (const [at, { format, value, samples }] of foreign.entries()) {
    const log = logs[at]!;
    const model = `makers/${format}`;
    await createRepo(hub.connection, { type: 'model', name: model });
    assert.ok((await missingIn(log)).length > 0, format);
    assert.equal(((await readLog(log)).samples ?? []).length, samples, format);
    // A record of Every Eval Ever does not say that the run came to its end.
    const partial = samples === 0 ? ['--allow-partial'] : [];
    const said = await submit(log, model, '--benchmark', benchmark, '--direct', ...partial);
    assert.equal(said.code, 0, `${format}: ${said.stderr}`);
    const entry = await entryOf(hub, model, '.eval_results/sums.yaml');
    assert.equal(entry.value, value, format);
    const [row] = (await readModelResults(hub.connection, model)).results;
    assert.equal(row?.value, value, format);
    // Never beside runs of the benchmark's own rules.
    assert.match(row!.setupText, /engine: /, format);
    assert.doesNotMatch(row!.setupText, /samples/, `${format}: none is said to have failed`);
  }
});
