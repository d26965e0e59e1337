import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChatMessage, outputFromText } from './chat.ts';
import type { SemanticsContext, SideCall } from './context.ts';
import type { GenerateConfig } from './generate-config.ts';
import { assayTemplates } from './prompts.ts';
import type { Sample } from './sample.ts';
import { createSolver, type Generate, runSolvers } from './solver.ts';
import { createTaskState, type TaskState } from './state.ts';

interface Run {
  state: TaskState;
  /** What was sent, call by call. */
  sent: { messages: ChatMessage[]; config: GenerateConfig | undefined }[];
  sideCalls: SideCall[];
}

/** Runs solvers on one sample; the model gives the replies in order. */
async function run(
  steps: [name: string, args?: Record<string, unknown>][],
  sample: Partial<Sample>,
  replies: string[] = [],
): Promise<Run> {
  const sent: Run['sent'] = [];
  const sideCalls: SideCall[] = [];
  const left = [...replies];
  const context: SemanticsContext = {
    templates: assayTemplates,
    callModel: async (_state, call) => {
      sideCalls.push(call);
      return outputFromText('critic', left.shift() ?? '');
    },
    modelsForRole: () => [],
  };
  const generate: Generate = async (state, config) => {
    sent.push({ messages: structuredClone(state.messages), config });
    state.output = outputFromText('m', left.shift() ?? '');
    state.messages = [...state.messages, state.output.choices[0]!.message];
    return state;
  };
  const state = createTaskState({ id: 1, input: 'Q?', target: 'T', ...sample }, 1, 'm');
  const solvers = steps.map(([name, args = {}]) => createSolver({ name, args }, context));
  return { state: await runSolvers(solvers, state, generate), sent, sideCalls };
}

function texts(messages: ChatMessage[]): string[] {
  return messages.map((message) => `${message.role}: ${String(message.content)}`);
}

test('prompt_template rewrites the prompt; its own parameters win over metadata', async () => {
  const args = { template: '{prompt}|{topic}|{level}|{other}', level: 2 };
  const { state } = await run([['prompt_template', args]], {
    metadata: { topic: 'bio', level: 1, prompt: 'no' },
  });
  assert.deepEqual(texts(state.messages), ['user: Q?|bio|2|{other}']);
});

test('system messages stand in a row before the others, user messages at the end', async () => {
  const { state } = await run(
    [
      ['system_message', { template: 'one' }],
      ['user_message', { template: 'more about {topic}' }],
      ['system_message', { template: 'two' }],
    ],
    { metadata: { topic: 'bio' } },
  );
  assert.deepEqual(texts(state.messages), ['system: one', 'system: two', 'user: Q?', 'user: more about bio']);
});

test('chain_of_thought asks for reasoning and does not call the model', async () => {
  const { state, sent } = await run([['chain_of_thought']], {});
  assert.match(String(state.messages[0]?.content), /^Q\?\n.*ANSWER: /s);
  assert.equal(sent.length, 0);
  await assert.rejects(run([['chain_of_thought', { template: '{prompt} {x}' }]], {}), {
    code: 'unknown-variable',
  });
});

test('generate passes its settings on and fails the sample for one that does not exist', async () => {
  const { state, sent } = await run([['generate', { temperature: 0.5, tool_calls: 'none' }]], {}, ['hello']);
  assert.deepEqual(sent[0]?.config, { temperature: 0.5 });
  assert.equal(state.output.completion, 'hello');
  await assert.rejects(run([['generate', { temprature: 1 }]], {}), { code: 'unknown-argument' });
});

test('multiple_choice shows lettered options and marks what the answer names', async () => {
  const sample = { choices: ['x', 'y', 'z'] };
  const template = '{question}\n{choices}\n[{letters}]';
  const { state, sent } = await run([['multiple_choice', { template, max_tokens: 5 }]], sample, [
    'ANSWER: B',
  ]);
  assert.deepEqual(texts(sent[0]!.messages), ['user: Q?\nA) x\nB) y\nC) z\n[A,B,C]']);
  assert.deepEqual(sent[0]?.config, { max_tokens: 5 });
  assert.deepEqual(
    state.choices.map((choice) => choice.correct),
    [false, true, false],
  );
});

test('an answer that cannot be read leaves the options unmarked', async () => {
  const { state } = await run([['multiple_choice']], { choices: ['x', 'y'] }, ['I do not know']);
  assert.deepEqual(
    state.choices.map((choice) => choice.correct),
    [null, null],
  );
  await assert.rejects(run([['multiple_choice']], {}), { code: 'no-choices' });
});

test('self_critique asks a critic apart and then answers again', async () => {
  const args = {
    critique_template: 'C {question} {completion} {topic}',
    completion_template: 'R {critique}',
  };
  const { state, sent, sideCalls } = await run(
    [['generate'], ['self_critique', args]],
    { metadata: { topic: 't' } },
    ['first', 'poor', 'second'],
  );
  assert.deepEqual(texts(sideCalls[0]!.messages), ['user: C Q? first t']);
  assert.equal(sideCalls[0]?.model, null);
  assert.deepEqual(texts(sent[1]!.messages), ['user: Q?', 'assistant: first', 'user: R poor']);
  assert.equal(state.output.completion, 'second');
});

test('the chain stops when the state is completed', async () => {
  const state = createTaskState({ id: 1, input: 'Q', target: '' }, 1, 'm');
  const stop = { name: 'stop', solve: async (each: TaskState) => Object.assign(each, { completed: true }) };
  const never = { name: 'never', solve: () => Promise.reject(new Error('was called')) };
  assert.equal((await runSolvers([stop, never], state, async (each) => each)).completed, true);
});

test('wrong steps and arguments are refused before any sample runs', () => {
  const context: SemanticsContext = {
    templates: assayTemplates,
    callModel: () => Promise.reject(),
    modelsForRole: () => [],
  };
  const create =
    (name: string, args: Record<string, unknown> = {}) =>
    () =>
      createSolver({ name, args }, context);
  assert.throws(create('magic'), { code: 'unknown-step' });
  assert.throws(create('toString'), { code: 'unknown-step' });
  assert.throws(create('prompt_template'), { code: 'missing-argument' });
  assert.throws(create('use_tools', { tools: ['x'] }), { code: 'unknown-argument' });
  assert.throws(create('multiple_choice', { template: 'no fields' }), { code: 'bad-template' });
  assert.throws(create('multiple_choice', { cot: 'yes' }), { code: 'bad-argument' });
});
