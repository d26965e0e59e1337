import type { EvalLogHeader, EvalLogStart, EvalSample } from '@assay/spec';

/** A small log's parts, for tests. */
export function toStart(evalId = 'evalfixture0000000001'): EvalLogStart {
  return {
    version: 2,
    eval: {
      eval_id: evalId,
      run_id: 'run1',
      created: '2026-11-24T00:00:00+00:00',
      task: 'hf/org/demo',
      task_id: 'task1',
      task_version: 0,
      dataset: { name: 'org/demo', location: 'org/demo', samples: 3, sample_ids: [1, 2, 3], shuffled: false },
      model: 'openai-api/test/model',
      model_generate_config: {},
      model_args: {},
      config: { epochs: 1 },
      scorers: [{ name: 'match', options: {}, metrics: [{ name: 'accuracy', options: {} }], metadata: {} }],
    },
    plan: { name: 'plan', steps: [{ solver: 'generate', params: {}, params_passed: {} }], config: {} },
  };
}

export function toHeader(start: EvalLogStart, samples: number): EvalLogHeader {
  return {
    ...start,
    status: 'success',
    results: { total_samples: samples, completed_samples: samples, scores: [] },
    stats: { started_at: start.eval.created, completed_at: start.eval.created, model_usage: {} },
    invalidated: false,
  };
}

export function toSample(id: number | string, text = 'An answer.', epoch = 1): EvalSample {
  const message = { role: 'assistant' as const, content: text, source: 'generate' as const };
  return {
    id,
    epoch,
    input: `Question ${id}?`,
    target: '4',
    messages: [{ role: 'user', content: `Question ${id}?`, source: 'input' }, message],
    output: { model: 'model', choices: [{ message, stop_reason: 'stop' }], completion: text },
    scores: { match: { value: id === 2 ? Number.NaN : 'C', answer: '4', history: [] } },
    metadata: {},
    store: {},
    events: [],
    model_usage: {},
    uuid: `uuid${id}x${epoch}`,
  };
}
