import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EvalLogHeader } from '@assay/spec';
import { toLogFacts } from './log-facts.ts';

function header(notes: unknown, accounting?: unknown): EvalLogHeader {
  return {
    version: 2,
    status: 'success',
    eval: {
      eval_id: 'e',
      run_id: 'r',
      created: '2026-11-20T10:00:00Z',
      task: 't',
      task_id: 'i',
      task_version: 0,
      dataset: { name: 'org/set', location: 'org/set' },
      model: 'openai-api/mock/m',
      model_generate_config: { temperature: 0, seed: null },
      model_args: {},
      config: {},
      packages: { assay: '0.1.0' },
      metadata: { assay: notes },
      scorers: [{ name: 'match', options: { numeric: true } }],
    },
    plan: { name: 'plan', steps: [{ solver: 'generate', params: {} }], config: {} },
    results: { total_samples: 3, completed_samples: 2, scores: [], metadata: { assay: { accounting } } },
    stats: {
      started_at: '',
      completed_at: '',
      model_usage: { m: { input_tokens: 1, output_tokens: 2, total_tokens: 3 } },
    },
  };
}

test('the notes of our engine name profile, templates and the resolved commit', () => {
  const plan = {
    dataset: { id: 'org/set', commit: 'abc' },
    templates: { name: 'inspect', version: '0.3.285', digest: 'sha256:0123456789abcdef' },
    profile: 'inspect-0.3.285',
  };
  const facts = toLogFacts(header({ plan }, { planned: 3, scored: 2, failed: 1, refused: 0 }));
  assert.deepEqual(
    [facts.profile, facts.templates, facts.dataset, facts.accounting],
    [
      'inspect-0.3.285',
      'inspect 0.3.285 (sha256:0123456789ab…)',
      'org/set@abc',
      ['3 planned', '2 scored', '1 failed'],
    ],
  );
});

test('a log of another engine leaves them unknown, and is still read', () => {
  for (const notes of [undefined, null, 'words', { plan: null }]) {
    const facts = toLogFacts(header(notes));
    assert.deepEqual([facts.profile, facts.templates, facts.dataset], [undefined, undefined, 'org/set']);
  }
});

test('settings that are not set are not shown', () => {
  const facts = toLogFacts(header(undefined));
  assert.deepEqual(
    [facts.settings, facts.scorers, facts.tokens],
    [['temperature: 0'], [{ name: 'match', detail: 'numeric: true' }], 3],
  );
});
