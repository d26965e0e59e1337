import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toSampleRow, toVerdict } from './sample-row.ts';
import { toSampleView } from './sample-view.ts';

test("verdicts read Inspect's letters, numbers and the lack of a score", () => {
  const verdicts = ['C', 1, true, 'I', 0, 'N', 'P', 0.5, Number.NaN].map((value) =>
    toVerdict({ match: { value } }, null),
  );
  assert.deepEqual(verdicts, [
    'correct',
    'correct',
    'correct',
    'incorrect',
    'incorrect',
    'incorrect',
    'partial',
    'partial',
    'unscored',
  ]);
  assert.equal(toVerdict(null, null), 'unscored');
  assert.equal(toVerdict({ match: { value: 'C' } }, 'timeout'), 'error');
});

test('a row shows the question, the wanted and the given answer', () => {
  const row = toSampleRow({
    id: 7,
    epoch: 1,
    input: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'How\nmany?' },
          { type: 'image', image: 'x' },
        ],
      },
    ],
    target: ['3', 'three'],
    scores: { match: { value: 'I', answer: '4' } },
  });
  assert.deepEqual(
    [row.input, row.target, row.answer, row.score],
    ['How many? [image]', '3 or three', '4', 'I'],
  );
});

test('a log without messages shows input and completion', () => {
  const output = {
    model: 'm',
    completion: '4',
    choices: [{ message: { role: 'assistant', content: '4' }, stop_reason: 'stop' }],
  } as const;
  const view = toSampleView({
    id: 1,
    epoch: 1,
    input: 'Two and two?',
    target: '4',
    output: { ...output, choices: [...output.choices] },
  });
  assert.deepEqual(
    view.messages.map(({ role, text }) => [role, text]),
    [
      ['user', 'Two and two?'],
      ['assistant', '4'],
    ],
  );
});

test('texts kept apart by the log come back to where they belong', () => {
  const hash = 'a'.repeat(32);
  const view = toSampleView({
    id: 1,
    epoch: 1,
    input: '',
    target: '',
    messages: [{ role: 'user', content: `see attachment://${hash}` }],
    attachments: { [hash]: 'the long text' },
  });
  assert.equal(view.messages[0]?.text, 'see the long text');
});
