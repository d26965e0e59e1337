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

/** The reduced scores behind one entry, one per sample. */
interface Reduction {
  scorer: string;
  reducer: string | null;
  samples: (Score & { sample_id: number | string })[];
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
  for (const scorer of scorers) {
    const scored: SampleScore[] = [];
    for (const sample of samples) {
      if (Object.hasOwn(sample.scores, scorer.name)) scored.push(toSampleScore(sample, scorer.name));
    }
    if (reducers?.length === 0) {
      results.scores.push(summarize(scorer, scored, null));
      continue;
    }
    const runs = groupRuns(scored);
    for (const [name, label] of reducers?.map((each) => [each, each] as const) ??
      ([['mean', null]] as const)) {
      const reducer = createReducer(name);
      const reduced = runs.map((group): SampleScore => {
        const [first] = group;
        const scores = group.map((run) => run.score);
        return { ...first!, score: reduceScores(reducer, scores) };
      });
      results.scores.push(summarize(scorer, reduced, label));
      results.reductions.push(toReduction(scorer.name, label, reduced));
    }
  }
  return results;
}

/** The epochs of each sample. */
function groupRuns(scored: SampleScore[]): SampleScore[][] {
  const places = new Map<number | string, number>();
  const groups: SampleScore[][] = [];
  for (const one of scored) {
    const place = places.get(one.sampleId);
    if (place === undefined) places.set(one.sampleId, groups.push([one]) - 1);
    else groups[place]!.push(one);
  }
  return groups;
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
    samples: reduced.map(({ sampleId, score }) => ({ ...score, sample_id: sampleId })),
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
