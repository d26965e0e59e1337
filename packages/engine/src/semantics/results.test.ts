import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accuracy, confidenceInterval, grouped, meanMetric, stderr } from './metric.ts';
import { assertReducerFits, createReducer, reduceScores } from './reducer.ts';
import { computeResults } from './results.ts';
import type { SampleScore, ScoreValue } from './scores.ts';
import { valueToFloat } from './value-to-float.ts';

function scores(values: ScoreValue[], groups: (string | undefined)[] = []): SampleScore[] {
  return values.map((value, index) => ({
    sampleId: index + 1,
    score: { value },
    sampleMetadata: groups[index] === undefined ? {} : { g: groups[index] },
  }));
}

function near(actual: unknown, expected: number): void {
  assert.ok(
    typeof actual === 'number' && Math.abs(actual - expected) < 1e-9,
    `${String(actual)} is not ${expected}`,
  );
}

test('values become numbers', () => {
  const values: [ScoreValue, number][] = [
    ['C', 1],
    ['P', 0.5],
    ['N', 0],
    ['Yes', 1],
    ['0.25', 0.25],
    ['inf', 0],
    ['?', 0],
    [true, 1],
  ];
  for (const [value, number] of values) assert.equal(valueToFloat(value), number, String(value));
});

test('accuracy, its standard error, alone and by clusters', () => {
  const four = scores(['C', 'C', 'I', 'I'], ['a', 'a', 'b', 'b']);
  assert.equal(accuracy().compute(four), 0.5);
  near(stderr().compute(four), Math.sqrt(1 / 3) / 2);
  near(stderr({ cluster: 'g' }).compute(four), 0.5);
  assert.equal(stderr().compute(scores(['C'])), 0);
  assert.throws(() => stderr({ cluster: 'g' }).compute(scores(['C', 'I'])), { code: 'bad-metric' });
});

test("the interval is Student's", () => {
  const interval = confidenceInterval({ level: 0.95 }).compute(scores([1, 2, 3, 4])) as Record<
    string,
    number
  >;
  // t(0.975, 3) = 3.182446305, standard error = 0.6454972244.
  near(interval.lower, 2.5 - 3.182446305284263 * 0.6454972243679028);
  near(interval.upper, 2.5 + 3.182446305284263 * 0.6454972243679028);
});

test('groups, and an overall value over samples or over groups', () => {
  const three = scores(['C', 'I', 'I'], ['a', 'b', 'b']);
  assert.deepEqual(grouped(meanMetric(), { groupKey: 'g', all: 'groups' }).compute(three), {
    a: 1,
    b: 0,
    all: 0.5,
  });
  assert.deepEqual(
    grouped(meanMetric(), { groupKey: 'g', all: false, nameTemplate: 'is {group_name}' }).compute(three),
    { 'is a': 1, 'is b': 0 },
  );
  assert.throws(() => grouped(meanMetric(), { groupKey: 'g' }).compute(scores(['C'], ['all'])), {
    code: 'bad-metric',
  });
});

test('reducers over the epochs of a sample', () => {
  const reduce = (name: string, ...values: ScoreValue[]) => createReducer(name).reduce(values);
  assert.equal(reduce('mean', 'C', 'I', Number.NaN), 0.5);
  assert.equal(reduce('median', 0.1, 0.9, 0.5), 0.5);
  assert.equal(reduce('mode', 'I', 'C', 'C'), 'C');
  assert.equal(reduce('mode', 'I', 'C'), 'I', 'the first seen wins a tie');
  assert.equal(reduce('max', 'I', 'P'), 'P');
  assert.equal(reduce('at_least_2', 'C', 'C', 'I'), 1);
  near(reduce('pass_at_2', 'C', 'I', 'I', 'I'), 0.5);
  near(reduce('pass_k_2', 'C', 'C', 'C', 'I'), 0.5);
  assert.ok(Number.isNaN(reduce('pass_at_3', 'C', 'C')));
  assert.deepEqual(reduce('mean', { a: 1, b: 'I' }, { a: 0, b: 'C' }), { a: 0.5, b: 0.5 });
});

test('unknown reducers, and those that need more epochs, are refused', () => {
  assert.throws(() => createReducer('average'), { code: 'unknown-reducer' });
  assert.throws(() => createReducer('pass_at_'), { code: 'unknown-reducer' });
  assert.throws(() => assertReducerFits('pass_at_3', 2), { code: 'reducer-epochs' });
  assertReducerFits('pass_at_3', 3);
});

test('a reduced score keeps what all epochs agree on', () => {
  const reduced = reduceScores(createReducer('mean'), [
    { value: 'C', answer: 'x', explanation: 'one' },
    { value: 'I', answer: 'x', explanation: 'two' },
  ]);
  assert.deepEqual(reduced, { value: 0.5, answer: 'x' });
});

const match = { name: 'match', metrics: [accuracy(), stderr()] };
const runs = (...values: [id: number, epoch: number, value: ScoreValue][]) =>
  values.map(([sampleId, epoch, value]) => ({ sampleId, epoch, scores: { match: { value } } }));

test('epochs are reduced before the metrics; without reducers each counts', () => {
  const samples = runs([1, 1, 'C'], [2, 1, 'I'], [1, 2, 'I'], [2, 2, 'I']);
  const byMean = computeResults([match], samples, null);
  assert.equal(byMean.scores[0]?.metrics.accuracy?.value, 0.25);
  assert.equal(byMean.scores[0]?.reducer, null);
  assert.deepEqual(
    Array.from(byMean.reductions[0]!.samples, (sample) => sample.value),
    [0.5, 0],
  );
  const several = computeResults([match], samples, ['max', 'at_least_2']);
  assert.deepEqual(
    several.scores.map((score) => [score.reducer, score.metrics.accuracy?.value]),
    [
      ['max', 0.5],
      ['at_least_2', 0],
    ],
  );
  assert.equal(computeResults([match], samples, []).scores[0]?.scored_samples, 4);
});

test('unscored samples are counted apart; when nothing was scored there is no value', () => {
  const [some] = computeResults([match], runs([1, 1, 'C'], [2, 1, Number.NaN]), null).scores;
  assert.deepEqual([some?.scored_samples, some?.unscored_samples, some?.metrics.accuracy?.value], [1, 1, 1]);
  const [none] = computeResults([match], runs([1, 1, Number.NaN]), null).scores;
  assert.ok(Number.isNaN(none?.metrics.accuracy?.value));
  // A scorer that came to no sample has its entry, beside one that scored some.
  const other = { ...match, name: 'other' };
  const [, unused] = computeResults([match, other], runs([1, 1, 'C']), null).scores;
  assert.deepEqual([unused?.scored_samples, unused?.unscored_samples], [0, 0]);
  assert.ok(Number.isNaN(unused?.metrics.accuracy?.value));
});
