import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateCalendar, generateClock } from '../benchmarks/clock-and-calendar/generate.ts';
import { generateMarketSums } from '../benchmarks/market-sums/generate.ts';
import { generateHeightRiddles } from '../benchmarks/who-is-tallest/generate.ts';
import { EXAMPLE_MODELS } from './example-models.ts';
import { readQuestion } from './read-question.ts';
import { workOut } from './work-out.ts';

test('a reader without slips solves every generated question', () => {
  for (const { question, answer } of [...generateMarketSums(), ...generateHeightRiddles()]) {
    assert.equal(workOut(readQuestion(question)!, {}).answer, answer, question);
  }
  for (const row of [...generateClock(), ...generateCalendar()]) {
    const right = { A: row.a, B: row.b, C: row.c, D: row.d }[row.answer];
    assert.equal(workOut(readQuestion(row.question)!, {}).answer, right, row.question);
  }
});

test('six models answer alike each time and differ from one another', () => {
  assert.equal(EXAMPLE_MODELS.length, 6);
  const questions = generateMarketSums()
    .slice(0, 60)
    .map((row) => row.question);
  const answers = EXAMPLE_MODELS.map((model) =>
    questions.map((question) => model.answer(question)).join('\n'),
  );
  assert.equal(new Set(answers).size, 6);
  assert.equal(EXAMPLE_MODELS[0]!.answer(questions[0]!), EXAMPLE_MODELS[0]!.answer(questions[0]!));
});

test('a prompt that is no example question gets an answer, not a crash', () => {
  for (const model of EXAMPLE_MODELS) assert.equal(typeof model.answer('Hello?'), 'string');
});
