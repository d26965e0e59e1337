import {
  accuracy,
  confidenceInterval,
  deviationMetric,
  type Grouping,
  grouped,
  type Metric,
  meanMetric,
  stderr,
  varianceMetric,
} from '../../packages/engine/src/semantics/metric.ts';
import { assertReducerFits, createReducer } from '../../packages/engine/src/semantics/reducer.ts';
import { computeResults, type ScoreResult } from '../../packages/engine/src/semantics/results.ts';
import { createScorer } from '../../packages/engine/src/semantics/scorer.ts';
import type { SampleScore, ScoreValue } from '../../packages/engine/src/semantics/scores.ts';
import { decoded, type VectorCase } from './case-file.ts';
import { outcome } from './python-errors.ts';
import { scriptedContext } from './states.ts';
import type { VectorTemplates } from './templates.ts';

type Args = Record<string, never>;

const metrics: Record<string, (args: Args) => Metric> = {
  accuracy,
  mean: meanMetric,
  std: deviationMetric,
  var: varianceMetric,
  stderr: () => stderr(),
  stderr_clustered: (args) => stderr(args),
  ci: (args) => confidenceInterval(args),
  ci_clustered: (args) => confidenceInterval(args),
  grouped_accuracy: (args) => grouped(accuracy(), toGrouping(args)),
  grouped_mean_named: (args) => grouped(meanMetric(), toGrouping(args)),
};

function toGrouping(args: Args): Grouping {
  const names: Record<string, keyof Grouping> = {
    group_key: 'groupKey',
    all_label: 'allLabel',
    name_template: 'nameTemplate',
  };
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [names[key] ?? key, value])) as never;
}

export function runMetricCase(test: VectorCase): Promise<unknown> {
  const { values, args, metadata } = decoded(test.input) as {
    values: ScoreValue[];
    args?: Args;
    metadata?: Record<string, unknown>[];
  };
  const create = metrics[test.name];
  if (!create) throw new Error(`no metric ${test.name}`);
  const scores: SampleScore[] = values.map((value, index) => ({
    sampleId: index + 1,
    score: { value },
    sampleMetadata: metadata?.[index] ?? {},
  }));
  return outcome(() => create(args ?? {}).compute(scores));
}

export function runReducerCase(test: VectorCase): ScoreValue {
  return createReducer(test.name).reduce(decoded(test.input.values) as ScoreValue[]);
}

export async function runReducerNameCase(test: VectorCase): Promise<unknown> {
  const { name, epochs } = test.input;
  if (test.name === 'create') return outcome(() => createReducer(name).name);
  const result = await outcome(() => assertReducerFits(name, epochs));
  return result === undefined ? { ok: true } : { ok: false, ...(result as object) };
}

interface ResultsInput {
  scorer: string;
  reducers: string[] | null;
  samples: { id: number | string; epoch: number; value: ScoreValue }[];
}

export function runResultsCase(test: VectorCase, templates: VectorTemplates): unknown {
  const { scorer: name, reducers, samples } = decoded(test.input) as ResultsInput;
  const { metrics: defaults } = createScorer({ name, args: {} }, scriptedContext(templates.set));
  const scored = samples.map(({ id, epoch, value }) => ({
    sampleId: id,
    epoch,
    scores: { [name]: { value } },
  }));
  const { scores, reductions } = computeResults([{ name, metrics: defaults }], scored, reducers);
  return {
    scores: scores.map(shownResult),
    reductions: reductions.map((each) => ({ ...each, samples: [...each.samples] })),
    total_samples: samples.length,
    completed_samples: samples.length,
  };
}

/** Metrics by name and value alone. */
export function shownResult(score: ScoreResult): Record<string, unknown> {
  const values = Object.entries(score.metrics).map(([name, metric]) => [name, metric.value]);
  return { ...score, metrics: Object.fromEntries(values) };
}
