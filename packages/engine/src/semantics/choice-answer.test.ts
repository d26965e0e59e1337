import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerIndex, answerLabel, parseChoices, targetPositions } from './choice-answer.ts';

function chosen(completion: string, options = 4, several = false): string {
  return [...parseChoices(completion, options, several)].map(answerLabel).join('');
}

test('labels run from A to Z and on with numbers', () => {
  assert.deepEqual([0, 25, 26, 35].map(answerLabel), ['A', 'Z', '1', '10']);
  assert.deepEqual(['a', 'Z', '1', '10'].map(answerIndex), [0, 25, 26, 35]);
  for (const label of ['0', '?', '', '²']) assert.throws(() => answerIndex(label), { code: 'bad-target' });
});

test('targets name options by letters one by one and numbers as a whole', () => {
  assert.deepEqual(targetPositions(['AC', 'b, d']), [0, 2, 1, 3]);
  assert.deepEqual(targetPositions(['10 1']), [35, 26]);
});

test('the last line that says ANSWER counts, before any mention inside a line', () => {
  assert.equal(chosen('ANSWER: A\nNo.\nanswer : c.'), 'C');
  assert.equal(chosen('I would say ANSWER: D; or not'), 'D');
  assert.equal(chosen('ANSWER: B\nbut ANSWER: C could be'), 'B');
});

test('a letter set off is still a letter, other wrappers are not', () => {
  for (const text of ['ANSWER: $B$', 'ANSWER: **B**', 'ANSWER: (B)', '**ANSWER: B**'])
    assert.equal(chosen(text), 'B', text);
  for (const text of ['ANSWER: [B]', 'ANSWER: \\boxed{B}', 'ANSWER: option B', 'ANSWER: $$B$$'])
    assert.equal(chosen(text), '', text);
});

test('one option is asked for: two, or one that is not there, is no answer', () => {
  assert.equal(chosen('ANSWER: A, B'), '');
  assert.equal(chosen('ANSWER: E'), '');
  assert.equal(chosen('ANSWER: A,'), 'A');
  assert.equal(chosen('ANSWER: 2', 30), '2');
});

test('several options may be told apart in many ways', () => {
  for (const text of ['ANSWER: AB', 'ANSWER: A B', 'ANSWER: A and B', 'ANSWER: b, a.', 'ANSWER: (A), (B)']) {
    assert.equal([...chosen(text, 4, true)].sort().join(''), 'AB', text);
  }
  assert.equal(chosen('ANSWER: A, E', 4, true), '', 'one wrong label spoils all');
});
