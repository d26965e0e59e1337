import { mean, standardDeviation, sum } from '../semantics/metric/moments.ts';
import type { Metric } from '../semantics/metric.ts';
import { removePunctuation } from '../semantics/python/punctuation.ts';
import type { SampleScore } from '../semantics/scores.ts';
import { substitute } from './python-regex.ts';
import type { MetricRule, OutputType } from './task-config.ts';

/** What this engine computes, by the type of request. The others need corpus tools of Python (sacrebleu, sklearn). */
const computed: Record<OutputType, readonly string[]> = {
  generate_until: ['exact_match', 'bypass'],
  multiple_choice: ['acc', 'acc_norm', 'acc_bytes', 'acc_mutual_info', 'exact_match', 'bypass'],
  loglikelihood: ['acc', 'perplexity', 'bypass'],
  loglikelihood_rolling: [],
};

type Summary = (values: number[]) => number;

const summaries: Record<string, Summary> = {
  mean,
  median: (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN,
  nanmean: mean,
  perplexity: (values) => Math.exp(-mean(values)),
  bypass: () => 999,
};

/** Why a metric is not computed, as a clause; null when it is. */
export function metricProblem(rule: MetricRule, output: OutputType): string | null {
  if (!computed[output].includes(rule.metric)) {
    return `the metric "${rule.metric}" of ${output} is not computed here`;
  }
  if (rule.options.hf_evaluate === true) {
    return `the metric "${rule.metric}" comes from the Python library evaluate`;
  }
  const name = aggregationOf(rule);
  return Object.hasOwn(summaries, name) ? null : `there is no aggregation "${name}" here`;
}

function aggregationOf({ metric, aggregation }: MetricRule): string {
  return aggregation ?? (metric === 'perplexity' || metric === 'bypass' ? metric : 'mean');
}

/** Names as in lm-eval's results: the metric, a comma, the filter. */
export function metricKey(metric: string, filter: string): string {
  return `${metric},${filter}`;
}

/** The metrics of a scorer: each value, and the standard error of those that are means. */
export function toMetrics(rules: MetricRule[], filters: string[]): Metric[] {
  return filters.flatMap((filter) =>
    rules.flatMap((rule) => {
      const key = metricKey(rule.metric, filter);
      const name = aggregationOf(rule);
      const metrics: Metric[] = [{ name: key, compute: (scores) => summaries[name]!(valuesOf(scores, key)) }];
      if (name === 'mean') {
        const errorName = metricKey(`${rule.metric}_stderr`, filter);
        metrics.push({ name: errorName, compute: (scores) => standardError(valuesOf(scores, key)) });
      }
      return metrics;
    }),
  );
}

function valuesOf(scores: SampleScore[], key: string): number[] {
  return scores.map(({ score }) => Number((score.value as Record<string, unknown>)[key]));
}

function standardError(values: number[]): number {
  return values.length < 2 ? Number.NaN : standardDeviation(values) / Math.sqrt(values.length);
}

/** 1 when answer and reference are equal after what the task says to ignore, else 0. Patterns are taken away first. */
export function exactMatch(answer: string, reference: string, options: Record<string, unknown>): number {
  return cleaned(answer, options) === cleaned(reference, options) ? 1 : 0;
}

function cleaned(text: string, options: Record<string, unknown>): string {
  let out = text;
  for (const pattern of (options.regexes_to_ignore ?? []) as string[]) out = substitute(pattern, '', out);
  if (options.ignore_case) out = out.toLowerCase();
  if (options.ignore_punctuation) out = removePunctuation(out);
  return options.ignore_numbers ? out.replace(/[0-9]/g, '') : out;
}

/** Log-likelihood of a continuation, and whether each of its tokens was the likeliest one. */
export interface Likelihood {
  logprob: number;
  greedy: boolean;
}

/**
 * Scores of a multiple-choice record.
 * @param likelihoods of each choice, and after them, for `acc_mutual_info`, of each choice without its question
 * @param gold index, text or list of either
 */
export function choiceScores(
  choices: string[],
  gold: unknown,
  likelihoods: Likelihood[],
): Record<string, number> {
  const logprobs = likelihoods.slice(0, choices.length).map((one) => one.logprob);
  const golds = goldIndices(choices, gold);
  const hit = (values: number[]): number => (golds.includes(largest(values)) ? 1 : 0);
  const scores: Record<string, number> = {
    acc: hit(logprobs),
    acc_norm: hit(logprobs.map((value, at) => value / Array.from(choices[at]!).length)),
    acc_bytes: hit(logprobs.map((value, at) => value / Buffer.byteLength(choices[at]!))),
    exact_match: golds.some((index) => likelihoods[index]?.greedy) ? 1 : 0,
    bypass: 0,
  };
  const alone = likelihoods.slice(choices.length);
  if (alone.length === choices.length) {
    scores.acc_mutual_info = hit(logprobs.map((value, at) => value - alone[at]!.logprob));
  }
  return scores;
}

/** Positions that exist; a label out of range is never right. */
function goldIndices(choices: string[], gold: unknown): number[] {
  const golds = Array.isArray(gold) ? gold : [gold];
  return golds
    .map((one) => (typeof one === 'string' ? choices.indexOf(one) : Number(one)))
    .filter((index) => index >= 0 && index < choices.length);
}

/** Position of the largest value, the first of equals. */
export function largest(values: number[]): number {
  return values.indexOf(values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY));
}

/** A value of several tasks in one: weighted by their numbers of samples, or not. */
export function aggregateTasks(values: number[], sizes: number[], weighted: boolean): number {
  const weights = weighted ? sizes : values.map(() => 1);
  return sum(values.map((value, at) => value * weights[at]!)) / sum(weights);
}

/** The standard error of such a value. */
export function aggregateErrors(errors: number[], sizes: number[], weighted: boolean): number {
  if (!weighted) return Math.sqrt(sum(errors.map((error) => error ** 2))) / errors.length;
  const pooled = sum(errors.map((error, at) => (sizes[at]! - 1) * error ** 2 * sizes[at]!));
  const total = sum(sizes);
  return Math.sqrt(pooled / (total - sizes.length) / total);
}
