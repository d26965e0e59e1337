import { SemanticsError } from '../semantics/error.ts';
import { pythonStr } from '../semantics/python/values.ts';
import type { ScorerFactory } from '../semantics/scorer/scorer.ts';
import type { Score } from '../semantics/scores.ts';
import type { TaskState } from '../semantics/state.ts';
import { factsOf, type SampleFacts } from './facts.ts';
import { applyFilters } from './filters.ts';
import {
  choiceScores,
  exactMatch,
  type Likelihood,
  largest,
  metricKey,
  metricProblem,
  toMetrics,
} from './metrics.ts';
import { readAnswers, readLikelihoods } from './solver.ts';
import type { FilterPipeline, MetricRule, OutputType } from './task-config.ts';

/** What the scorer's step holds in the plan. */
export interface ScorerArguments {
  output_type: OutputType;
  metrics: MetricRule[];
  filters: FilterPipeline[];
  /** Texts at which an answer ends. */
  until: string[];
}

/**
 * lm-evaluation-harness's filters and metrics. The score is a mapping from `metric,filter`, the names in its results,
 * to numbers. Throws `bad-metric` when a metric is not computed here.
 */
export const lmEvalScorer: ScorerFactory = (args) => {
  const { output_type: output, metrics, filters, until } = args as unknown as ScorerArguments;
  const used = metrics.filter((rule) => metricProblem(rule, output) === null);
  if (used.length === 0) {
    throw new SemanticsError('bad-metric', metrics.map((rule) => metricProblem(rule, output)).join('; '));
  }
  const names = output === 'generate_until' ? filters.map((filter) => filter.name) : ['none'];
  return {
    name: 'lm_eval',
    metrics: toMetrics(used, names),
    score: (state) => {
      const facts = factsOf(state.metadata);
      if (output === 'generate_until') return scoreAnswers(state, facts, { metrics: used, filters, until });
      const likelihoods = readLikelihoods(state);
      return output === 'multiple_choice'
        ? scoreChoices(facts, likelihoods, used)
        : scoreContinuation(likelihoods[0]!, used);
    },
  };
};

function scoreAnswers(
  state: TaskState,
  facts: SampleFacts,
  { metrics, filters, until }: { metrics: MetricRule[]; filters: FilterPipeline[]; until: string[] },
): Score {
  const answers = readAnswers(state).map((answer) => cutAt(answer, until));
  const value: Record<string, number> = {};
  let shown: string | null = null;
  for (const filter of filters) {
    const filtered = applyFilters(filter, answers, { choices: facts.column });
    shown ??= Array.isArray(filtered) ? null : pythonStr(filtered);
    for (const rule of metrics) {
      value[metricKey(rule.metric, filter.name)] =
        rule.metric === 'bypass' ? 0 : matchAny(filtered, facts, rule);
    }
  }
  const score: Score = { value, answer: shown, explanation: answers[0] ?? '' };
  if (answers.every((answer) => answer.trim() === '')) score.reason = 'no_response';
  return score;
}

/** With several right answers, one that matches is enough. */
function matchAny(answer: unknown, { gold, choices }: SampleFacts, rule: MetricRule): number {
  const right = choices && typeof gold === 'number' ? choices[gold] : gold;
  const references = Array.isArray(right) ? right : [right];
  const text = pythonStr(answer);
  return references.some((one) => exactMatch(text, pythonStr(one), rule.options) === 1) ? 1 : 0;
}

/** Endpoints take a few stop texts only, and some none: what comes after one is never part of the answer. */
function cutAt(answer: string, until: string[]): string {
  const ends = until.map((text) => answer.indexOf(text)).filter((at) => at >= 0);
  return ends.length === 0 ? answer : answer.slice(0, Math.min(...ends));
}

function scoreChoices(
  { gold, choices = [] }: SampleFacts,
  likelihoods: Likelihood[],
  rules: MetricRule[],
): Score {
  const scores = choiceScores(choices, gold, likelihoods);
  const chosen = largest(likelihoods.slice(0, choices.length).map((one) => one.logprob));
  return { value: pick(scores, rules), answer: choices[chosen] ?? null };
}

function scoreContinuation({ logprob, greedy }: Likelihood, rules: MetricRule[]): Score {
  return { value: pick({ acc: greedy ? 1 : 0, perplexity: logprob, bypass: 0 }, rules) };
}

function pick(scores: Record<string, number>, rules: MetricRule[]): Record<string, number> {
  return Object.fromEntries(rules.map(({ metric }) => [metricKey(metric, 'none'), scores[metric]!]));
}
