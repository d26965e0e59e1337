import type { Metric } from './metric.ts';
import { createReducer, reduceScores } from './reducer.ts';
import { isUnscored, type SampleScore, type Score } from './scores.ts';

/** A scorer as the results need it: its name in the log (`match1` for the second match) and its metrics. */
export interface ScorerSummary {
  name: string;
  metrics: Metric[];
}

/** One sample run with its scores by scorer name. Runs that ended in an error are not handed in. */
export interface ScoredSample {
  sampleId: number | string;
  /** 1-based. */
  epoch: number;
  scores: Record<string, Score>;
  metadata?: Record<string, unknown>;
}

interface MetricResult {
  name: string;
  value: number;
  group?: string;
  params: Record<string, unknown>;
}

/** One entry of `results.scores` in the log. */
export interface ScoreResult {
  name: string;
  scorer: string;
  reducer: string | null;
  scored_samples: number;
  unscored_samples: number;
  params: Record<string, unknown>;
  metrics: Record<string, MetricResult>;
}

/** The reduced scores behind one entry, one per sample; made as they are asked for, as often as one likes. */
interface Reduction {
  scorer: string;
  reducer: string | null;
  samples: Iterable<Score & { sample_id: number | string }>;
}

export interface ComputedResults {
  scores: ScoreResult[];
  reductions: Reduction[];
}

/**
 * Reduces the epochs of each sample, then computes the metrics over the reduced values. `reducers` null is "the
 * default": mean, not named in the log. An empty list takes every epoch as a value of its own. A scorer that scored no
 * sample has an entry too: its metrics are NaN.
 */
export function computeResults(
  scorers: ScorerSummary[],
  samples: Iterable<ScoredSample>,
  reducers: string[] | null,
): ComputedResults {
  const results: ComputedResults = { scores: [], reductions: [] };
  const repeated = isRepeated(samples);
  for (const scorer of scorers) {
    if (reducers?.length === 0) {
      results.scores.push(summarize(scorer, [...scoresOf(samples, scorer.name)], null));
      continue;
    }
    for (const [name, label] of reducers?.map((each) => [each, each] as const) ??
      ([['mean', null]] as const)) {
      const reducer = createReducer(name);
      const reduced: SampleScore[] = [];
      for (const runs of groupRuns(scoresOf(samples, scorer.name), repeated)) {
        const scores = runs.map((run) => run.score);
        reduced.push({ ...runs[0]!, score: reduceScores(reducer, scores) });
      }
      results.scores.push(summarize(scorer, reduced, label));
      results.reductions.push(toReduction(scorer.name, label, reduced));
    }
  }
  return results;
}

/** Whether a sample was run more than once. */
function isRepeated(samples: Iterable<ScoredSample>): boolean {
  const met = new Set<number | string>();
  let count = 0;
  for (const { sampleId } of samples) if (met.add(sampleId).size < ++count) return true;
  return false;
}

function* scoresOf(samples: Iterable<ScoredSample>, scorer: string): Generator<SampleScore> {
  for (const sample of samples) if (Object.hasOwn(sample.scores, scorer)) yield toSampleScore(sample, scorer);
}

/** The epochs of each sample. Where each has but one, they are not held together: a hundred thousand are some megabytes. */
function* groupRuns(scored: Iterable<SampleScore>, repeated: boolean): Generator<SampleScore[]> {
  const groups = new Map<number | string, SampleScore[]>();
  for (const one of scored) {
    const group = groups.get(one.sampleId);
    if (group) group.push(one);
    else if (repeated) groups.set(one.sampleId, [one]);
    else yield [one];
  }
  yield* groups.values();
}

function toSampleScore(sample: ScoredSample, scorer: string): SampleScore {
  const score: SampleScore = { sampleId: sample.sampleId, score: sample.scores[scorer]! };
  if (sample.metadata) score.sampleMetadata = sample.metadata;
  return score;
}

function toReduction(scorer: string, reducer: string | null, reduced: SampleScore[]): Reduction {
  return {
    scorer,
    reducer,
    samples: {
      *[Symbol.iterator]() {
        for (const { sampleId, score } of reduced) yield { ...score, sample_id: sampleId };
      },
    },
  };
}

function summarize(scorer: ScorerSummary, scores: SampleScore[], reducer: string | null): ScoreResult {
  const scored = scores.filter(({ score }) => !isUnscored(score.value));
  const metrics: Record<string, MetricResult> = {};
  for (const metric of scorer.metrics) {
    for (const result of metricResults(metric, scored)) metrics[result.name] = result;
  }
  return {
    name: scorer.name,
    scorer: scorer.name,
    reducer,
    scored_samples: scored.length,
    unscored_samples: scores.length - scored.length,
    params: {},
    metrics,
  };
}

/** When nothing was scored there is no value to give: NaN, not 0. */
function metricResults(metric: Metric, scored: SampleScore[]): MetricResult[] {
  const params = metric.params ?? {};
  if (scored.length === 0) return [{ name: metric.name, value: Number.NaN, params }];
  const value = metric.compute(scored);
  if (typeof value === 'number') return [{ name: metric.name, value, params }];
  return Object.entries(value).map(([name, each]) => ({ name, value: each, group: metric.name, params }));
}
