import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EvalLogHeader } from './eval-log.ts';
import type { RunFacts } from './run-facts.ts';
import {
  describePullRequest,
  editResultFile,
  toEntry,
  toObjections,
  toResultPath,
  toValue,
} from './submission.ts';

const facts: RunFacts = {
  dataset: 'org/bench',
  taskId: 't',
  commit: 'c'.repeat(40),
  model: 'openai-api/x/m',
  planned: 1319,
  completed: 1319,
  date: '2026-01-02T01:04:05Z',
  setup: {},
};
const source = { url: 'http://hub.test/evidence/abc', name: 'Assay log' };

function header(metrics: Record<string, number>, more: object = {}): EvalLogHeader {
  const named = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, { name, value }]));
  const results = {
    total_samples: 4,
    completed_samples: 4,
    scores: [{ name: 's', scorer: 's', metrics: named }],
  };
  return { status: 'success', results, ...more } as unknown as EvalLogHeader;
}

test('the value is accuracy as the log has it, in percent only where the benchmark says so', () => {
  const log = header({ stderr: 0.01, accuracy: 286 / 1319, other: 3 });
  assert.equal(toValue(log, {}), 0.216831);
  assert.equal(toValue(log, { unit: 'percent' }), 21.6831);
  assert.equal(toValue(log, { unit: 'points', metric: 'other' }), 3);
  assert.equal(toValue(header({ stderr: 0.1, mean: 0.5 }), {}), 0.5);
  assert.throws(() => toValue(log, { metric: 'f1' }), { code: 'log-unfit' });
  assert.throws(() => toValue(header({ accuracy: Number.NaN }), {}), { code: 'log-unfit' });
});

test('a log that is no full result says why', () => {
  assert.deepEqual(toObjections(header({ accuracy: 1 })), []);
  assert.equal(toObjections(header({}, { status: 'cancelled' })).length, 1);
  const results = { total_samples: 4, completed_samples: 3, scores: [] };
  assert.match(toObjections(header({}, { results })).join(), /1 of its 4/);
  assert.equal(toObjections(header({}, { status: 'error', results: null, invalidated: true })).length, 3);
});

test('a new file, another entry beside old bytes, a newer run in place of the old', () => {
  const first = editResultFile(null, toEntry(facts, 0.5, source));
  assert.ok(first.kind === 'written');
  assert.match(first.text, /revision: "c{40}"/);
  const commented = `# by hand\n${first.text}`;
  const other = toEntry({ ...facts, setup: { temperature: 1 } }, 0.6, {
    ...source,
    url: 'http://hub.test/evidence/def',
  });
  const second = editResultFile(commented, other);
  assert.ok(second.kind === 'written' && second.text.startsWith(commented) && second.replaces === undefined);
  const newer = editResultFile(
    second.text,
    toEntry(facts, 0.7, { ...source, url: 'http://hub.test/evidence/new' }),
  );
  assert.ok(newer.kind === 'written' && newer.replaces === '0.5');
  assert.ok(newer.text.startsWith('# by hand\n') && newer.text.includes('temperature: 1'));
});

test('the same log twice changes nothing', () => {
  const first = editResultFile(null, toEntry(facts, 0.5, source));
  assert.ok(first.kind === 'written');
  assert.deepEqual(editResultFile(first.text, toEntry(facts, 0.5, source)), { kind: 'present' });
});

test('a broken file on the hub is left alone', () => {
  assert.throws(() => editResultFile('- value: high\n', toEntry(facts, 0.5, source)), {
    code: 'benchmark-invalid',
  });
});

test('names and words', () => {
  assert.equal(toResultPath('Org/MMLU-Pro'), '.eval_results/mmlu_pro.yaml');
  const { title, description } = describePullRequest(facts, toEntry(facts, 0.5, source));
  assert.equal(title, 'Add result for org/bench t: 0.5');
  assert.match(description, /1319 of 1319 scored/);
});
