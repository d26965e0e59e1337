import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grim } from './grim.ts';

/** By trying every count; a half may be rounded either way, so both neighbours count as equal. */
function countsByTrying(text: string, n: number, scale: number): number[] {
  const half = 0.5 / 10 ** (text.split('.')[1]?.length ?? 0);
  return Array.from({ length: n + 1 }, (_, k) => k).filter(
    (k) => Math.abs((scale * k) / n - Number(text)) <= half + 1e-9,
  );
}

test('a value is attainable exactly when some count gives it', () => {
  for (const n of [1, 3, 30, 89, 198, 1319]) {
    for (const text of [
      '0',
      '100',
      '50',
      '41.2',
      '41.20',
      '20.90',
      '66.7',
      '66.67',
      '86.7',
      '21.68',
      '99.99',
    ]) {
      const verdict = grim(text, n, 100);
      assert.deepEqual(verdict?.counts, countsByTrying(text, n, 100), `${text} of ${n}`);
      assert.equal(verdict?.attainable, verdict?.counts.length > 0);
    }
  }
});

test('every share that a run can have is attainable as it would be written', () => {
  for (let k = 0; k <= 1319; k += 7) {
    assert.ok(grim(((100 * k) / 1319).toFixed(2), 1319, 100)?.counts.includes(k));
    assert.ok(grim((k / 1319).toFixed(4), 1319, 1)?.counts.includes(k));
  }
});

test('more decimals claim more: 20.9 can be, 20.90 cannot', () => {
  assert.equal(grim('20.9', 1319, 100)?.attainable, true);
  assert.equal(grim('20.90', 1319, 100)?.attainable, false);
});

test('an impossible value comes with what is nearest, in value and in number of items', () => {
  const verdict = grim('41.2', 30, 100);
  assert.equal(verdict?.attainable, false);
  assert.deepEqual(verdict?.nearest, [40, (100 * 13) / 30]);
  assert.deepEqual(
    verdict?.denominators,
    [17, 34, 51].filter((n) => countsByTrying('41.2', n, 100).length > 0),
  );
  assert.ok(verdict?.denominators.every((n) => grim('41.2', n, 100)?.attainable));
});

test('a text that is no plain number within the scale gets no verdict', () => {
  for (const text of ['-1', '1e1', 'abc', '', '100.01', '.5']) assert.equal(grim(text, 10, 100), null, text);
  assert.equal(grim('1.2', 10, 1), null);
});
