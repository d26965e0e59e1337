import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suppression } from './suppression.ts';

test('hiding the worst lifts the mean of what is shown; the figures say by how much', () => {
  const all = Array.from({ length: 20 }, (_, index) => 40 + index);
  const [hidden, shown] = [all.slice(0, 5), all.slice(5)];
  const { medianDifference, bias } = suppression(shown, hidden);
  assert.equal(medianDifference, 42 - 52);
  assert.equal(bias, 52 - 49.5);
});

test('nothing hidden, nothing shown, and neither', () => {
  assert.deepEqual(suppression([1, 2], []), { shown: 2, hidden: 0, medianDifference: null, bias: 0 });
  assert.deepEqual(suppression([], [3]), { shown: 0, hidden: 1, medianDifference: null, bias: null });
  assert.deepEqual(suppression([], []), { shown: 0, hidden: 0, medianDifference: null, bias: null });
  assert.equal(suppression([1, 2], [4]).medianDifference, 2.5);
});

test('what is no number is refused', () => {
  assert.throws(() => suppression([Number.NaN], []), { code: 'out-of-range' });
});
