import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNotes } from './notes.ts';
import { formatNotes, type Setup } from './setup.ts';

/**
 * Notes in the style of those that people publish, with what they mean. A note whose meaning is partly outside the
 * setup names in `other` the words that must survive.
 */
const LABELLED: [string, Setup][] = [
  ['no-tools', { tools: false }],
  ['No tools', { tools: false }],
  ['without tools', { tools: false }],
  ['w/o tools', { tools: false }],
  ['tools: none', { tools: false }],
  ['tool-free', { tools: false }],
  ['With tools', { tools: true }],
  ['w/ tools', { tools: true }],
  ['with-tools', { tools: true }],
  ['tools enabled', { tools: true }],
  ['tool use', { tools: true }],
  ['with Python', { tools: ['python'] }],
  ['python tool', { tools: ['python'] }],
  ['with tools (python, search)', { tools: ['python', 'search'] }],
  ['with web search and code interpreter', { tools: ['code-interpreter', 'web-search'] }],
  ['5-shot', { shots: 5 }],
  ['5 shot', { shots: 5 }],
  ['zero-shot', { shots: 0 }],
  ['0-shot CoT', { shots: 0, chainOfThought: true }],
  ['8-shot, chain-of-thought', { shots: 8, chainOfThought: true }],
  ['num_fewshot=25', { shots: 25 }],
  ['few-shot', { other: 'few-shot' }],
  ['CoT', { chainOfThought: true }],
  ['no CoT', { chainOfThought: false }],
  ['without chain of thought', { chainOfThought: false }],
  ['5-shot CoT prompting', { shots: 5, chainOfThought: true }],
  ['CoT@32', { chainOfThought: true, votes: 32 }],
  ['pass@1', { attempts: 1 }],
  ['pass@10, temperature 0.8', { attempts: 10, temperature: 0.8 }],
  ['Pass@1 (avg@8)', { attempts: 1, epochs: 8 }],
  ['maj@8', { votes: 8 }],
  ['maj1@64', { votes: 64 }],
  ['cons@64', { votes: 64 }],
  ['majority voting over 32 samples', { votes: 32 }],
  ['self-consistency (k=16)', { votes: 16 }],
  ['avg@16', { epochs: 16 }],
  ['average of 5 runs', { epochs: 5 }],
  ['mean over 3 seeds', { epochs: 3 }],
  ['averaged over 4 trials, no tools', { epochs: 4, tools: false }],
  ['3 runs', { epochs: 3 }],
  ['temperature=0', { temperature: 0 }],
  ['temp 0.6, top_p 0.95', { temperature: 0.6, topP: 0.95 }],
  ['T=1.0, top-p=0.95, max tokens 32k', { temperature: 1, topP: 0.95, maxTokens: 32_768 }],
  ['greedy decoding', { temperature: 0 }],
  ['max_new_tokens=2048', { maxTokens: 2_048 }],
  ['32,768 max tokens', { maxTokens: 32_768 }],
  ['max output tokens: 16384', { maxTokens: 16_384 }],
  ['reasoning high', { reasoningEffort: 'high' }],
  ['high reasoning effort', { reasoningEffort: 'high' }],
  ['reasoning_effort=medium', { reasoningEffort: 'medium' }],
  ['thinking', { reasoningEffort: 'on' }],
  ['with thinking', { reasoningEffort: 'on' }],
  ['thinking mode, no tools', { reasoningEffort: 'on', tools: false }],
  ['non-thinking', { reasoningEffort: 'none' }],
  ['without reasoning', { reasoningEffort: 'none' }],
  ['judge: gpt-4o', { judge: 'gpt-4o' }],
  ['graded by o3-mini', { judge: 'o3-mini' }],
  ['GPT-4.1 as judge', { judge: 'GPT-4.1' }],
  ['LLM-as-a-judge (claude-3.5-sonnet)', { judge: 'claude-3.5-sonnet' }],
  ['via groq', { provider: 'groq' }],
  ['served by Together', { provider: 'together' }],
  ['via Fireworks API, temperature 0.7', { provider: 'fireworks', temperature: 0.7 }],
  ['lm-eval-harness v0.4.3, 5-shot', { engine: 'lm-eval-0.4.3', shots: 5 }],
  ['evaluated with lighteval', { engine: 'lighteval' }],
  ['Inspect AI 0.3.285, 0-shot', { engine: 'inspect-0.3.285', shots: 0 }],
  ['prompt template: simple-v2', { templates: 'simple-v2' }],
  ['first 100 samples', { limit: 100 }],
  ['random subset of 500 questions, 0-shot', { limit: 500, shots: 0 }],
  ['limit=200', { limit: 200 }],
  [
    '5-shot CoT, temp 0.0, pass@1, maj@8, reasoning high, via groq, judge: gpt-4o',
    {
      shots: 5,
      chainOfThought: true,
      temperature: 0,
      attempts: 1,
      votes: 8,
      reasoningEffort: 'high',
      provider: 'groq',
      judge: 'gpt-4o',
    },
  ],
  ['Text-only subset', { other: 'Text-only subset' }],
  ['self-reported', { other: 'self-reported' }],
  ['from the technical report, Table 3', { other: 'technical report, Table 3' }],
  ['quantized to int4, no tools', { tools: false, other: 'quantized to int4' }],
  ['thinking budget 16k', { other: 'thinking budget 16k' }],
  ['best of 4 with reward model', { other: 'best of 4 with reward' }],
  ['128k context', { other: '128k context' }],
  ['Diamond split', { other: 'Diamond split' }],
  ['', {}],
  ['default settings', {}],
];

const facts = ({ other: _, ...setup }: Setup) =>
  Object.entries(setup).map(([key, value]) => `${key}=${JSON.stringify(value)}`);

test('of what notes say, most is found and hardly anything is made up', () => {
  assert.ok(LABELLED.length >= 60);
  const counts = { right: 0, madeUp: 0, missed: 0 };
  const wrong: string[] = [];
  for (const [notes, meant] of LABELLED) {
    const found = new Set(facts(parseNotes(notes).setup));
    const expected = new Set(facts(meant));
    counts.right += found.intersection(expected).size;
    counts.madeUp += found.difference(expected).size;
    counts.missed += expected.difference(found).size;
    if (found.symmetricDifference(expected).size > 0)
      wrong.push(`${notes} -> ${formatNotes(parseNotes(notes).setup)}`);
  }
  const precision = counts.right / (counts.right + counts.madeUp);
  const recall = counts.right / (counts.right + counts.missed);
  assert.ok(precision >= 0.98, `precision ${precision}: ${wrong.join(' | ')}`);
  assert.ok(recall >= 0.98, `recall ${recall}: ${wrong.join(' | ')}`);
});

test('words that are not understood survive, and lower the confidence', () => {
  for (const [notes, { other }] of LABELLED) {
    const { setup, confidence, remainder } = parseNotes(notes);
    assert.equal(setup.other ?? '', remainder, notes);
    assert.equal(confidence < 1, remainder !== '', notes);
    if (other !== undefined) assert.ok(remainder.length > 0, notes);
  }
  assert.equal(parseNotes('Text-only subset').confidence, 0);
});

test('no notes of different meaning fall into one class', () => {
  const seen = new Map<string, string>();
  for (const [notes, meant] of LABELLED) {
    const key = formatNotes(parseNotes(notes).setup);
    const before = seen.get(key);
    const meaning = facts(meant).sort().join() + (meant.other ?? '');
    if (before !== undefined) assert.equal(before, meaning, notes);
    seen.set(key, meaning);
  }
});

test('a setting said twice with two values is not guessed', () => {
  const { setup } = parseNotes('5-shot (main), 3-shot (rest)');
  assert.equal(setup.shots, 5);
  assert.match(setup.other ?? '', /3-shot/);
});

test('canonical form of what was read is stable', () => {
  for (const [notes] of LABELLED) {
    const first = parseNotes(notes).setup;
    assert.deepEqual(parseNotes(formatNotes(first)).setup, first, notes);
  }
});

test('very long prose is kept, not searched', () => {
  const prose = 'no tools, 5-shot. '.repeat(100);
  const { setup, confidence } = parseNotes(prose);
  assert.deepEqual(Object.keys(setup), ['other']);
  assert.equal(confidence, 0);
});
