import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageText, withText } from './chat.ts';
import { PythonFloat } from './python/values.ts';
import { recordToSample } from './sample.ts';
import { createTaskState, inputText, setUserPromptText, userPrompt } from './state.ts';

const fields = { input: 'question', target: 'answer' };

test('a record becomes a sample by its columns', () => {
  const record = { question: 'Q?', answer: 'A', topic: 'bio', extra: 1 };
  const sample = recordToSample(record, { ...fields, metadata: ['topic'] }, 3);
  assert.deepEqual(sample, { id: 3, input: 'Q?', target: 'A', metadata: { topic: 'bio' } });
});

test('a target is text as Python prints it, a letter where an integer names a choice', () => {
  const target = (answer: unknown, choices?: string) =>
    recordToSample(
      { question: 'Q', answer, options: ['x', 'y'] },
      { ...fields, ...(choices ? { choices } : {}) },
      1,
    ).target;
  assert.equal(target(1, 'options'), 'B');
  assert.equal(target(true, 'options'), 'B');
  assert.equal(target(-1, 'options'), 'Z');
  assert.equal(target('1', 'options'), '1');
  assert.equal(target(1), '1');
  assert.equal(target(new PythonFloat(1)), '1.0');
  assert.equal(target(null), 'None');
  assert.equal(target(['a', 'b']), "['a', 'b']");
  assert.throws(() => target(26, 'options'), { code: 'bad-target-index' });
});

test('a literal target needs no column', () => {
  assert.equal(recordToSample({ question: 'Q' }, { ...fields, target: 'literal:a:b' }, 1).target, 'a:b');
});

test('choices come from one column or from several', () => {
  const choices = (spec: string | string[], record: Record<string, unknown>) =>
    recordToSample({ question: 'Q', answer: 'A', ...record }, { ...fields, choices: spec }, 1).choices;
  assert.deepEqual(choices('c', { c: ['x', 'y'] }), ['x', 'y']);
  assert.deepEqual(choices(['a', 'b'], { a: 'x', b: 'y' }), ['x', 'y']);
  assert.equal(choices('c', { c: [] }), undefined, 'an empty list is no choices');
  assert.throws(() => choices('c', { c: [1] }), { code: 'bad-record' });
  assert.throws(() => choices('c', { c: 'x' }), { code: 'bad-record' });
});

test('what does not fit is refused with its column', () => {
  const read = (record: Record<string, unknown>) => recordToSample({ answer: 'A', ...record }, fields, 1);
  assert.throws(() => read({}), { code: 'missing-column', message: /"question"/ });
  assert.throws(() => read({ question: 5 }), { code: 'bad-record' });
  assert.throws(() => read({ question: [{ role: 'nobody', content: 'x' }] }), { code: 'bad-record' });
  assert.throws(() => recordToSample({ question: 'Q' }, fields, 1), { code: 'missing-column' });
});

test('an image stands beside the text; none, and an empty one, is none', () => {
  const read = (img: unknown) =>
    recordToSample({ question: 'Q', answer: 'A', img }, { ...fields, inputImage: 'img' }, 1).input;
  assert.deepEqual(read('https://example.org/x.png'), [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Q' },
        { type: 'image', image: 'https://example.org/x.png', detail: 'auto' },
      ],
    },
  ]);
  assert.equal(read(null), 'Q');
  assert.equal(read(''), 'Q');
  assert.throws(() => read({ bytes: '', path: null }), { code: 'bad-record' });
});

test('the user prompt is the last user message; rewriting it keeps images in place', () => {
  const image = { type: 'image' as const, image: 'data:,', detail: 'auto' as const };
  const state = createTaskState(
    {
      id: 1,
      input: [
        { role: 'user', content: 'first' },
        { role: 'assistant', content: 'reply' },
        { role: 'user', content: [{ type: 'text', text: 'a' }, image, { type: 'text', text: 'b' }] },
      ],
      target: 'T',
    },
    1,
    'm',
  );
  assert.equal(messageText(userPrompt(state)), 'a\nb');
  assert.equal(inputText(state), 'a\nb');
  setUserPromptText(state, 'new');
  assert.deepEqual(userPrompt(state).content, [{ type: 'text', text: 'new' }, image]);
  assert.deepEqual(withText({ role: 'user', content: [image] }, 'x').content, [
    image,
    { type: 'text', text: 'x' },
  ]);
});

test('a state without a user message cannot be prompted', () => {
  const state = createTaskState({ id: 1, input: [{ role: 'system', content: 's' }], target: '' }, 1, 'm');
  assert.throws(() => userPrompt(state), { code: 'no-user-message' });
});
