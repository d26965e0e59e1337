import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EvalLogHeader } from './eval-log.ts';
import { readRunFacts } from './run-facts.ts';

const COMMIT = 'c'.repeat(40);
const task = {
  id: 't',
  config: 'default',
  split: 'test',
  epochs: 1,
  solvers: [{ name: 'generate', args: {} }],
  scorers: [],
};
const plan = {
  dataset: { id: 'org/bench', commit: COMMIT, rows: 100 },
  task,
  generate: {},
  epochs: 1,
  templates: { name: 'assay', version: '1' },
};

function header(changes: object = {}, name = 'hf/org/bench/t', completed = 100): EvalLogHeader {
  const stats = { started_at: '2026-01-01T00:00:00Z', completed_at: '2026-01-02T03:04:05.678+02:00' };
  const results = { total_samples: 100, completed_samples: completed, scores: [] };
  const metadata =
    Object.hasOwn(changes, 'dataset') && changes === NO_PLAN
      ? {}
      : { assay: { plan: { ...plan, ...changes } } };
  return {
    eval: { task: name, model: 'openai-api/x/m', metadata },
    stats,
    results,
  } as unknown as EvalLogHeader;
}
const NO_PLAN = { dataset: null };
const setupOf = (changes: object) => readRunFacts(header(changes)).setup;

test('a run that changes nothing has the empty setup', () => {
  assert.deepEqual(readRunFacts(header()), {
    dataset: 'org/bench',
    taskId: 't',
    commit: COMMIT,
    model: 'openai-api/x/m',
    planned: 100,
    completed: 100,
    date: '2026-01-02T01:04:05Z',
    setup: {},
  });
});

test('what a runner changes is stated', () => {
  assert.deepEqual(setupOf({ generate: { temperature: 0, max_tokens: 10, seed: 1 } }), {
    temperature: 0,
    maxTokens: 10,
  });
  assert.deepEqual(setupOf({ epochs: 4 }), { epochs: 4 });
  assert.deepEqual(setupOf({ range: { start: 0, end: 20 } }), { limit: 20 });
  assert.deepEqual(setupOf({ range: { start: 0, end: 100 } }), {});
  assert.deepEqual(setupOf({ range: { start: 10, end: 20 } }), { other: 'samples 11-20' });
  assert.deepEqual(setupOf({ generate: { system_message: 'Be brief.' } }), {
    other: 'system_message="Be brief."',
  });
});

test('a run with failures says over how many samples its value is', () => {
  assert.deepEqual(readRunFacts(header({}, 'hf/org/bench/t', 99)).setup, { other: '99 of 100 samples' });
});

test('default prompts other than Inspect’s make another setup, own prompts do not', () => {
  const choice = (args: object) => ({ task: { ...task, solvers: [{ name: 'multiple_choice', args }] } });
  assert.deepEqual(setupOf(choice({})), { templates: 'assay-1' });
  assert.deepEqual(setupOf(choice({ template: '{question} {choices}' })), {});
  assert.deepEqual(setupOf({ ...choice({}), templates: { name: 'inspect', version: '0.3.285' } }), {});
});

test('a log that names no commit is refused', () => {
  const folder = { dataset: { id: './bench', commit: null, rows: 1 } };
  assert.throws(() => readRunFacts(header(folder)), { code: 'log-unfit' });
  assert.throws(() => readRunFacts(header({ task: { ...task, id: undefined } })), { code: 'log-unfit' });
  assert.throws(() => readRunFacts(header(NO_PLAN, 'hf/org/bench/t')), { code: 'log-unfit' });
});

test('a log of Inspect will do when its revision was typed as a commit', () => {
  const facts = readRunFacts(header(NO_PLAN, `hf/org/bench/t@${COMMIT}`));
  assert.deepEqual([facts.dataset, facts.taskId, facts.commit], ['org/bench', 't', COMMIT]);
});

test('a log of other files says its engine, has no date of its own, and its benchmark is said by the submitter', () => {
  const imported = { format: 'lm-eval', engine: { name: 'lm-eval', version: '0.4.13' }, missing: [] };
  const log = {
    eval: {
      task: 'gsm8k',
      model: 'm',
      created: '2026-05-05T00:00:00Z',
      config: {},
      model_generate_config: { num_fewshot: 5, temperature: 0 },
      metadata: { assay: { imported } },
    },
    stats: { started_at: '', completed_at: '' },
    results: { total_samples: 4, completed_samples: 4, scores: [] },
  } as unknown as EvalLogHeader;
  assert.throws(() => readRunFacts(log), { code: 'log-unfit' });
  assert.throws(() => readRunFacts(log, 'org/bench/t'), { code: 'log-unfit' });
  const facts = readRunFacts(log, `org/bench/t@${COMMIT}`);
  assert.equal('date' in facts, false);
  assert.deepEqual(facts.setup, { engine: 'lm-eval-0.4.13', temperature: 0, shots: 5 });
  assert.throws(() => readRunFacts(header(), `org/bench/other@${COMMIT}`), { code: 'log-unfit' });
});

test('a log of Inspect tells the part that was run and the settings, so that it is not taken for the whole', () => {
  const log = header(NO_PLAN, `hf/org/bench/t@${COMMIT}`);
  log.eval.config = { limit: 5 };
  log.eval.model_generate_config = { temperature: 0.5 };
  assert.deepEqual(readRunFacts(log).setup, { temperature: 0.5, limit: 5 });
});
