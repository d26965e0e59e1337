import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgressDisplay, toClock, toProgressLine } from './progress-line.ts';

const facts = { done: 120, total: 400, errors: 1, tokens: 12_345, rate: 12, remaining: 23.3, waiting: null };

test('a line says done, share, rate, errors, tokens and time left', () => {
  assert.equal(toProgressLine(facts), '120/400  30%  12/s  1 error  12k tokens  0:23 left');
  assert.equal(
    toProgressLine({ ...facts, done: 0, total: 4, errors: 0, tokens: 0, rate: 0, remaining: null }),
    '0/4  0%',
  );
  assert.equal(toClock(3_725), '1:02:05');
});

test('a wait says why', () => {
  const waiting = { reason: 'rate-limited', ms: 5_000 };
  assert.match(toProgressLine({ ...facts, waiting }), /rate-limited, waiting 0:05/);
});

test('live output redraws no more than ten times a second, and always at the end', () => {
  let time = 0;
  const written: string[] = [];
  const display = createProgressDisplay(
    'live',
    { write: (text) => written.push(text), columns: 30 },
    () => time,
  );
  for (let done = 0; done <= 400; done += 1, time += 1) display.show({ ...facts, done });
  display.close();
  assert.equal(written.length, 5 + 1);
  assert.ok(written.every((text) => text.length < 40));
});

test('plain output is few whole lines', () => {
  const written: string[] = [];
  const display = createProgressDisplay('plain', { write: (text) => written.push(text) }, () => 0);
  for (let done = 0; done <= 400; done += 1) display.show({ ...facts, done });
  display.close();
  assert.equal(written.length, 11);
  assert.ok(written.every((text) => text.endsWith('\n')));
});
