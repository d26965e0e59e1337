import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toLogFigures } from './log-figures.ts';

const results = (metrics: Record<string, number>, scored = 1319) => ({
  total_samples: 1319,
  completed_samples: 1319,
  scores: [
    {
      name: 'match',
      scorer: 'match',
      scored_samples: scored,
      params: {},
      metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, { name, value }])),
    },
  ],
});

test('a share leads to how many were right, and to an error in the same unit', () => {
  const log = results({ accuracy: 515 / 1319, stderr: 0.0134 });
  assert.deepEqual(toLogFigures(0.3904, '0.3904', log), { n: 1319, correct: 515, stderr: 0.0134 });
  assert.deepEqual(toLogFigures(39.04, '39.04', log), { n: 1319, correct: 515, stderr: 1.34 });
});

test('a log that does not have this value explains nothing', () => {
  assert.deepEqual(toLogFigures(0.5, '0.50', results({ accuracy: 515 / 1319 })), {});
  assert.deepEqual(toLogFigures(0.5, '0.50', null), {});
  assert.deepEqual(toLogFigures(0.5, '0.50', { scores: [{}] }), {});
});

test('over epochs a sample can be half right: then no number of right ones is given', () => {
  assert.deepEqual(toLogFigures(0.333, '0.333', results({ accuracy: 0.3333 }, 4)), { n: 4 });
});
