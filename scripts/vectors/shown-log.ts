import type { EvalLog, EvalSample } from '@assay/spec';
import { shownResult } from './metric-case.ts';

/** The facts of a log that the recorded runs tell. */
export function shownLog(log: EvalLog, spec: string): Record<string, unknown> & { dataset: unknown } {
  const samples = (log.samples ?? []).toSorted((a, b) => a.epoch - b.epoch || Number(a.id) - Number(b.id));
  const { dataset, config } = log.eval;
  const plan = (log.eval.metadata?.assay as { plan?: { dataset?: Record<string, unknown> } } | undefined)
    ?.plan;
  return {
    task: log.eval.task,
    status: log.status,
    dataset_location: dataset.location,
    dataset_samples: dataset.samples,
    sample_ids: dataset.sample_ids,
    epochs: config.epochs,
    epochs_reducer: config.epochs_reducer ?? null,
    total_samples: log.results?.total_samples ?? null,
    completed_samples: log.results?.completed_samples ?? null,
    scores: (log.results?.scores ?? []).map((score) => shownResult(score as never)),
    error: Boolean(log.error),
    samples: samples.map(shownSample),
    dataset: {
      path: plan?.dataset?.id,
      revision: spec.includes('@') ? spec.slice(spec.lastIndexOf('@') + 1) : 'main',
      name: plan?.dataset?.config,
      split: plan?.dataset?.split,
    },
  };
}

function shownSample(sample: EvalSample): Record<string, unknown> {
  return {
    id: sample.id,
    epoch: sample.epoch,
    target: sample.target,
    choices: sample.choices ?? null,
    messages: (sample.messages ?? []).map(({ role, content }) => ({ role, content })),
    completion: sample.output?.completion ?? '',
    scores: sample.scores ?? {},
    error: Boolean(sample.error),
    error_retries: sample.error_retries?.length ?? 0,
    limit: sample.limit?.type ?? null,
  };
}
