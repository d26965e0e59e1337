import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseNotes } from './notes.ts';
import { formatNotes, type Setup, setupClass } from './setup.ts';

const count = fc.nat(1_000_000);
const share = fc.double({ min: 0, max: 2, noNaN: true }).map((value) => value + 0);
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string(),
    fc.constantFrom('', 'none', 'yes', 'a; b', '"', 'high', 'shots: 5', 'org/model', 'a, b', '[]', 'null'),
  )
  .filter((value) => value.isWellFormed());
const names = fc.array(text, { maxLength: 4 }).map((tools) => [...new Set(tools)].sort());

const anySetup: fc.Arbitrary<Setup> = fc.record(
  {
    tools: fc.oneof(fc.boolean(), names),
    chainOfThought: fc.boolean(),
    shots: count,
    attempts: count,
    votes: count,
    epochs: count,
    temperature: share,
    topP: share,
    maxTokens: count,
    reasoningEffort: text,
    judge: text,
    provider: text,
    templates: text,
    engine: text,
    limit: count,
    other: text,
  },
  { requiredKeys: [], noNullPrototype: true },
);

test('canonical notes read back as the same setup, with full confidence', () => {
  fc.assert(
    fc.property(anySetup, (setup) => {
      assert.deepEqual(parseNotes(formatNotes(setup)), { setup, confidence: 1, remainder: '' });
    }),
    { numRuns: 5_000 },
  );
});

test('notes have one text a setup, in a fixed order', () => {
  const setup: Setup = {
    other: 'x',
    limit: 100,
    provider: 'groq',
    engine: 'inspect-0.3.285',
    templates: 'inspect-0.3.285',
    judge: 'gpt-4o',
    reasoningEffort: 'high',
    maxTokens: 2048,
    topP: 0.95,
    temperature: 0,
    epochs: 4,
    votes: 8,
    attempts: 1,
    shots: 5,
    chainOfThought: true,
    tools: ['search', 'python', 'search'],
  };
  assert.equal(
    formatNotes(setup),
    'tools: python, search; cot; shots: 5; attempts: 1; votes: 8; epochs: 4; temperature: 0; top-p: 0.95; max-tokens: 2048; reasoning: high; ' +
      'judge: gpt-4o; templates: inspect-0.3.285; engine: inspect-0.3.285; provider: groq; limit: 100; other: x',
  );
  assert.equal(formatNotes({ tools: false, chainOfThought: false }), 'tools: none; no-cot');
  assert.equal(formatNotes({}), '');
});

test('two setups share a class exactly when all but the provider is the same', () => {
  const without = ({ provider: _, ...rest }: Setup) => rest;
  fc.assert(
    fc.property(anySetup, anySetup, (a, b) => {
      let same = true;
      try {
        assert.deepEqual(without(a), without(b));
      } catch {
        same = false;
      }
      assert.equal(setupClass(a) === setupClass(b), same);
    }),
    { numRuns: 2_000 },
  );
});

test('changing any one field changes the class, the provider alone does not', () => {
  fc.assert(
    fc.property(anySetup, anySetup, fc.nat(), (setup, other, pick) => {
      const keys = Object.keys(other) as (keyof Setup)[];
      const key = keys[pick % Math.max(keys.length, 1)];
      if (key === undefined || JSON.stringify(setup[key]) === JSON.stringify(other[key])) return;
      const changed = { ...setup, [key]: other[key] };
      assert.equal(setupClass(changed) === setupClass(setup), key === 'provider', key);
      const { [key]: _, ...removed } = changed;
      assert.equal(setupClass(changed) === setupClass(removed), key === 'provider', key);
    }),
    { numRuns: 5_000 },
  );
});

test('the class of the setup that states nothing is the empty text', () => {
  assert.equal(setupClass({}), '');
  assert.equal(setupClass({ provider: 'groq' }), '');
  assert.deepEqual(parseNotes(undefined), { setup: {}, confidence: 1, remainder: '' });
  assert.deepEqual(parseNotes('  '), { setup: {}, confidence: 1, remainder: '' });
});

test('tools in another order are the same setup, and none is not some', () => {
  assert.equal(setupClass({ tools: ['b', 'a'] }), setupClass({ tools: ['a', 'b'] }));
  const classes = [undefined, true, false, [], ['none'], ['yes'], ['a, b'], ['a', 'b']].map((tools) =>
    setupClass({ tools }),
  );
  assert.equal(new Set(classes).size, classes.length);
});

test('a value that is no number is not written', () => {
  assert.equal(formatNotes({ temperature: Number.NaN, shots: Infinity }), '');
  assert.equal(formatNotes({ temperature: -0 }), 'temperature: 0');
});
