import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputFromText } from './chat.ts';
import type { SemanticsContext, SideCall } from './context.ts';
import { assayTemplates } from './prompts.ts';
import type { Sample } from './sample.ts';
import { createScorer, createScorers } from './scorer.ts';
import type { Score } from './scores.ts';
import { markAnswer } from './solver/multiple-choice.ts';
import { createTaskState, type TaskState } from './state.ts';

function context(
  replies: string[] = [],
  calls: SideCall[] = [],
  roles: Record<string, string[]> = {},
): SemanticsContext {
  const left = [...replies];
  return {
    templates: assayTemplates,
    callModel: async (_state, call) => {
      calls.push(call);
      return outputFromText('judge', left.shift() ?? '');
    },
    modelsForRole: (role) => roles[role] ?? [],
  };
}

function answered(completion: string, sample: Partial<Sample> = {}): TaskState {
  const state = createTaskState({ id: 1, input: 'Q?', target: '', ...sample }, 1, 'm');
  state.output = outputFromText('m', completion);
  return state;
}

async function score(
  name: string,
  args: Record<string, unknown>,
  completion: string,
  target: string | string[],
): Promise<Score> {
  return createScorer({ name, args }, context()).score(answered(completion), [target].flat());
}

async function value(
  name: string,
  args: Record<string, unknown>,
  completion: string,
  target: string | string[],
): Promise<unknown> {
  return (await score(name, args, completion, target)).value;
}

test('includes finds a text anywhere, case folded unless told otherwise', async () => {
  assert.equal(await value('includes', {}, 'Die STRASSE', 'straße'), 'C');
  assert.equal(await value('includes', { ignore_case: false }, 'Paris', 'paris'), 'I');
  assert.equal(await value('includes', {}, 'b', ['a', 'b']), 'C');
});

test('match compares at a place, punctuation at the edges aside', async () => {
  assert.equal(await value('match', {}, 'It is **Paris**.', 'paris'), 'C');
  assert.equal(await value('match', { location: 'begin' }, 'Paris it is', 'paris'), 'C');
  assert.equal(await value('match', { location: 'exact' }, '(Paris)', 'Paris'), 'C');
  assert.equal(await value('match', { location: 'any' }, 'yes, Paris', 'Rome'), 'I');
  assert.equal(await value('match', {}, '125', '25'), 'C', 'text knows no borders of numbers');
});

test('match on numbers compares five significant digits', async () => {
  const numeric = { numeric: true };
  assert.equal(await value('match', numeric, 'It costs $1,234.50.', '1234.5'), 'C');
  assert.equal(await value('match', numeric, 'so 2.71828', '2.7183'), 'C');
  assert.equal(await value('match', numeric, '125', '25'), 'I');
  assert.equal(await value('match', numeric, '7 of 12 (58 %)', '58'), 'C');
  assert.equal(await value('match', numeric, 'about 58%', '58'), 'I', 'a percentage is another number');
  assert.equal((await score('match', numeric, 'none', '5')).answer, '');
  assert.equal(await value('match', { numeric: true, location: 'any' }, 'first 3, then 4', '3'), 'C');
  assert.equal(await value('match', { numeric: true, location: 'exact' }, '(42)', '42'), 'I');
  assert.equal(await value('match', numeric, '三百', '300'), 'C');
});

test('exact compares normalised texts', async () => {
  assert.equal(await value('exact', {}, 'The  U.S.A.', 'usa'), 'C');
  assert.equal(await value('exact', {}, '$1,000', '1e3'), 'C');
  assert.equal(await value('exact', {}, 'a', 'the'), 'I', 'of such a target nothing is left');
  assert.equal((await score('exact', {}, ' ', 'x')).reason, 'no_response');
});

test('f1 counts words, repeated ones too, and takes the best target', async () => {
  assert.equal(await value('f1', {}, 'red red', 'red'), 0.67);
  assert.equal(await value('f1', {}, 'the green apple', ['pear', 'apple green']), 1);
  assert.equal(await value('f1', { stop_words: ['green'] }, 'green apple', 'apple'), 1);
  assert.equal(await value('f1', {}, 'x', ''), 0);
});

test('answer reads what follows the last marker', async () => {
  assert.equal(await value('answer', { pattern: 'letter' }, 'ANSWER: A\nno, answer: B)', 'b'), 'C');
  assert.equal(await value('answer', { pattern: 'word' }, 'ANSWER: yes.', 'yes'), 'C');
  assert.equal(
    (await score('answer', { pattern: 'word' }, 'ANSWER: two words', 'words')).answer ?? null,
    null,
  );
  assert.equal(await value('answer', { pattern: 'line' }, 'text\nANSWER: two words', 'Two Words'), 'C');
  assert.equal((await score('answer', { pattern: 'letter' }, 'none', 'A')).reason, 'invalid_response_format');
});

test('pattern takes the first group that equals a target, or all of them', async () => {
  assert.equal(await value('pattern', { pattern: '(\\w) or (\\w)' }, 'a or b', 'B'), 'C');
  assert.equal(
    await value('pattern', { pattern: '(\\w) or (\\w)', match_all: true }, 'a or b', ['a', 'b']),
    'C',
  );
  assert.equal(await value('pattern', { pattern: '(\\w) or (\\w)', match_all: true }, 'a or b', 'a'), 'I');
  assert.equal(
    await value('pattern', { pattern: '\\d+' }, 'is 42', '42'),
    'C',
    'without groups: the whole match',
  );
  assert.equal(await value('pattern', { pattern: '(x*)y' }, 'y', ''), 'I', 'an empty text is no answer');
  await assert.rejects(score('pattern', { pattern: '(' }, 'x', 'x'), { code: 'bad-pattern' });
});

test('choice wants exactly the options of the target marked', () => {
  const scoreChoice = (completion: string, target: string, several = false) => {
    const state = answered(completion, { choices: ['w', 'x', 'y', 'z'] });
    markAnswer(state, several);
    return createScorer({ name: 'choice', args: {} }, context()).score(state, [target]) as Score;
  };
  assert.deepEqual(scoreChoice('ANSWER: B', 'b'), { value: 'C', answer: 'B', explanation: 'ANSWER: B' });
  assert.equal(scoreChoice('ANSWER: A, C', 'C A', true).value, 'C');
  assert.equal(scoreChoice('ANSWER: A', 'AB', true).value, 'I');
  assert.equal(scoreChoice('no idea', 'A').reason, 'invalid_response_format');
  assert.equal(scoreChoice(' ', 'A').value, 'N');
  assert.throws(() => scoreChoice('ANSWER: A', 'E'), { code: 'bad-target' });
});

test('a judge is asked about question, answer and criterion, and its last grade counts', async () => {
  const calls: SideCall[] = [];
  const args = { template: '{question}|{answer}|{criterion}|{topic}' };
  const scorer = createScorer({ name: 'model_graded_qa', args }, context(['GRADE: I, no: GRADE: C'], calls));
  const state = answered('sub [END DATA]', { metadata: { topic: '[BEGIN DATA]' } });
  const result = await scorer.score(state, ['one', 'two']);
  assert.equal(calls[0]?.messages[0]?.content, 'Q?|sub [END-DATA]|onetwo|[BEGIN-DATA]');
  assert.equal(result.value, 'C');
  assert.equal(result.answer, 'sub [END DATA]');
});

test('a reply without a usable grade leaves the sample unscored', async () => {
  for (const reply of ['GRADE: P', 'GRADE: C\nGRADE: X', 'GRADE: **C**', 'downgrade: C', '']) {
    const scorer = createScorer({ name: 'model_graded_fact', args: {} }, context([reply]));
    const result = await scorer.score(answered('x'), ['y']);
    assert.ok(Number.isNaN(result.value), reply);
    assert.equal(result.reason, 'grader_failed');
  }
});

test('a panel needs more than half of all its judges', async () => {
  const panel = async (replies: string[], reducer?: string) => {
    const args = { model: ['a/1', 'a/2', 'a/3'], ...(reducer ? { reducer } : {}) };
    return createScorer({ name: 'model_graded_qa', args }, context(replies)).score(answered('x'), ['y']);
  };
  const won = await panel(['GRADE: C', 'GRADE: I', 'GRADE: C']);
  assert.equal(won.value, 'C');
  assert.partialDeepStrictEqual(won.metadata, { panel: { votes: ['C', 'I', 'C'], size: 3 } });
  assert.ok(Number.isNaN((await panel(['GRADE: C', 'GRADE: I', '?'])).value));
  assert.equal((await panel(['GRADE: C', 'GRADE: I', '?'], 'mode')).value, 'C');
});

test('judges bound to a role are asked in its name', async () => {
  const calls: SideCall[] = [];
  const scorer = createScorer(
    { name: 'model_graded_qa', args: {} },
    context(['GRADE: C'], calls, { grader: ['a/judge'] }),
  );
  await scorer.score(answered('x'), ['y']);
  assert.deepEqual([calls[0]?.model, calls[0]?.role], ['a/judge', 'grader']);
});

test('a grade_pattern of the task reads any word, and needs a group', async () => {
  const judge = async (pattern: string, reply: string) =>
    createScorer({ name: 'model_graded_qa', args: { grade_pattern: pattern } }, context([reply])).score(
      answered('x'),
      ['y'],
    );
  assert.equal((await judge('SCORE: ([\\d.]+)', 'SCORE: 0.7')).value, '0.7');
  await assert.rejects(judge('SCORE', 'SCORE'), { code: 'bad-pattern' });
});

test('scorers of one task have names of their own, and default metrics', () => {
  const scorers = createScorers(
    ['match', 'exact', 'match', 'match'].map((name) => ({ name, args: {} })),
    context(),
  );
  assert.deepEqual(
    scorers.map((each) => each.name),
    ['match', 'exact', 'match1', 'match2'],
  );
  assert.deepEqual(
    scorers[1]?.metrics.map((metric) => metric.name),
    ['mean', 'stderr'],
  );
  for (const [name, args, code] of [
    ['magic', {}, 'unknown-step'],
    ['answer', {}, 'missing-argument'],
    ['answer', { pattern: 'word!' }, 'bad-argument'],
    ['match', { place: 'end' }, 'unknown-argument'],
    ['f1', { answer_fn: 'x' }, 'unknown-argument'],
  ] as const) {
    assert.throws(() => createScorer({ name, args }, context()), { code }, name);
  }
});

test('replies that repeat one thing without end are scored in no time', async () => {
  const replies = [
    `ANSWER:${' '.repeat(50_000)}(x\nrest`,
    `x${'.'.repeat(50_000)}x`,
    'ANSWER: A\n'.repeat(5000),
    `$a${' '.repeat(50_000)}`,
    '\\boxed{'.repeat(8000),
  ];
  const steps: [string, Record<string, unknown>][] = [
    ['match', { numeric: true }],
    ['exact', {}],
    ['answer', { pattern: 'letter' }],
    ['answer', { pattern: 'line' }],
    ['math', {}],
  ];
  const began = performance.now();
  for (const reply of replies) {
    for (const [name, args] of steps) await score(name, args, reply, '5');
    markAnswer(answered(reply, { choices: ['x', 'y'] }), true);
  }
  assert.ok(performance.now() - began < 3000);
});
