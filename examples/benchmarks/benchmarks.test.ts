import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateCalendar, generateClock } from './clock-and-calendar/generate.ts';
import { generateMarketSums } from './market-sums/generate.ts';
import { generateHeightRiddles } from './who-is-tallest/generate.ts';

const all = () => [generateMarketSums(), generateClock(), generateCalendar(), generateHeightRiddles()];

test('the same seed gives the same benchmark, and no question twice', () => {
  assert.deepEqual(all(), all());
  for (const rows of all()) assert.equal(new Set(rows.map((row) => row.question)).size, rows.length);
});

test('every market sum has a whole, positive answer or nothing to give back', () => {
  for (const { answer } of generateMarketSums()) assert.match(answer, /^\d+$/);
});

test('the four choices differ', () => {
  for (const row of [...generateClock(), ...generateCalendar()]) {
    assert.equal(new Set([row.a, row.b, row.c, row.d]).size, 4, row.question);
  }
});

test('the letters of the right choices are spread', () => {
  const letters = [...generateClock(), ...generateCalendar()].map((row) => row.answer);
  for (const letter of 'ABCD') assert.ok(letters.filter((one) => one === letter).length > 60);
});
