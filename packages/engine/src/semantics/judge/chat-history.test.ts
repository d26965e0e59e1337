import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatHistory } from './chat-history.ts';

test('the conversation is told by speakers, up to the last reply, without system messages', () => {
  const history = chatHistory([
    { role: 'system', content: 'hidden' },
    { role: 'user', content: 'Sum?' },
    {
      role: 'assistant',
      content: 'Let me see.',
      tool_calls: [{ id: '1', function: 'add', arguments: { x: 1, list: ['a', null], text: 'z' } }],
    },
    { role: 'tool', content: '3', function: 'add' },
    { role: 'assistant', content: 'Three.' },
    { role: 'user', content: 'never shown' },
  ]);
  const call = "Assistant: Let me see.\n\nadd(x=1, list=['a', None], text='z')";
  assert.equal(history, `Sum?\n\n${call}\n\nTool (add): 3\n\nAssistant: Three.`);
});

test('a long call is set one argument a line', () => {
  const long = 'x'.repeat(80);
  const message = {
    role: 'assistant' as const,
    content: '',
    tool_calls: [{ id: '1', function: 'f', arguments: { a: long, b: 2 } }],
  };
  assert.equal(
    chatHistory([{ role: 'user', content: 'q' }, message]),
    `q\n\nAssistant: f(\n    a='${long}',\n    b=2\n)`,
  );
});
