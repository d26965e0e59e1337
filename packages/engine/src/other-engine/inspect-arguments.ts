import { EngineError } from '../engine-error.ts';
import type { RetryPolicy } from '../model/retry.ts';
import { type RunPlan, toMaxSamples } from '../task/run-plan.ts';

/** Settings of a request, and Inspect's flags for them. */
const settings: Record<string, string> = {
  temperature: '--temperature',
  max_tokens: '--max-tokens',
  top_p: '--top-p',
  top_k: '--top-k',
  frequency_penalty: '--frequency-penalty',
  presence_penalty: '--presence-penalty',
  seed: '--seed',
  system_message: '--system-message',
  reasoning_effort: '--reasoning-effort',
  attempt_timeout: '--attempt-timeout',
  num_choices: '--num-choices',
  top_logprobs: '--top-logprobs',
};

/**
 * The arguments of `inspect eval` that run a plan. Pure.
 * @param spec the task as Inspect reads it: `hf/ORG/NAME/TASK@REVISION`
 * @throws EngineError `plan-invalid` naming what Inspect cannot do
 */
export function toInspectArguments(
  plan: RunPlan,
  run: { spec: string; logDir: string; retry?: Partial<RetryPolicy> | undefined },
): string[] {
  assertPossible(plan);
  const { errors, limits, retry } = { ...plan, retry: run.retry ?? {} };
  return [
    ...['eval', run.spec, '--model', plan.model],
    ...flag('--model-base-url', plan.modelBaseUrl),
    ...Object.entries(plan.modelRoles).flatMap(([role, names]) =>
      names.flatMap((name) => ['--model-role', `${role}=${name}`]),
    ),
    ...samplesOf(plan),
    ...['--epochs', String(plan.epochs)],
    ...(plan.epochsReducer === null
      ? []
      : plan.epochsReducer.length === 0
        ? ['--no-epochs-reducer']
        : ['--epochs-reducer', plan.epochsReducer.join(',')]),
    ...settingsOf(plan.generate),
    ...Object.entries(limits).flatMap(([name, value]) => flag(`--${name}-limit`, value)),
    ...(errors.failOnError === false
      ? ['--no-fail-on-error']
      : errors.failOnError === true
        ? []
        : ['--fail-on-error', String(errors.failOnError)]),
    ...(errors.continueOnFail ? ['--continue-on-fail'] : []),
    ...(errors.scoreOnError ? ['--score-on-error'] : []),
    ...flag('--retry-on-error', errors.retryOnError || undefined),
    ...connectionsOf(plan),
    // Inspect has its own rule, for a loop of its own.
    ...flag('--max-samples', isOwnRule(plan) ? undefined : plan.maxSamples),
    ...flag('--max-retries', retry.maxRetries),
    ...flag('--timeout', retry.timeoutMs === undefined ? undefined : Math.ceil(retry.timeoutMs / 1000)),
    ...(plan.score === false ? ['--no-score'] : []),
    ...(plan.tags?.length ? ['--tags', plan.tags.join(',')] : []),
    ...['--log-dir', run.logDir, '--log-format', 'eval', '--display', 'none'],
  ];
}

function assertPossible(plan: RunPlan): void {
  const own: [unknown, string][] = [
    [plan.shard, '--shard'],
    [plan.maxCost, '--max-cost'],
    [plan.limits.cost, '--cost-limit'],
    [plan.prices, '--model-cost-config'],
  ];
  const asked = own.find(([value]) => value !== undefined);
  if (!asked) return;
  throw new EngineError('plan-invalid', `${asked[1]} is for runs of assay's own engine`, {
    hint: 'leave it away, or leave --engine away',
  });
}

function samplesOf({ range, sampleIds }: RunPlan): string[] {
  const ids = sampleIds?.length ? ['--sample-id', sampleIds.join(',')] : [];
  if (!range) return ids;
  return [...ids, '--limit', range.start === 0 ? String(range.end) : `${range.start + 1}-${range.end}`];
}

function settingsOf(generate: RunPlan['generate']): string[] {
  return Object.entries(generate).flatMap(([name, value]): string[] => {
    if (value === undefined || value === null || value === false) return [];
    if (name === 'stop_seqs') return ['--stop-seqs', (value as string[]).join(',')];
    if (name === 'logprobs') return ['--logprobs'];
    if (name === 'logit_bias') {
      const pairs = Object.entries(value as Record<string, number>).map(
        ([token, bias]) => `${token}=${bias}`,
      );
      return ['--logit-bias', pairs.join(',')];
    }
    if (name === 'extra_headers' || name === 'extra_body') {
      return [`--${name.replace('_', '-')}`, JSON.stringify(value)];
    }
    if (name === 'cache') return ['--cache', value === true ? 'true' : String(value)];
    if (settings[name]) return [settings[name], String(value)];
    throw new EngineError('plan-invalid', `there is no flag of Inspect for the setting ${name}`);
  });
}

function connectionsOf({ connections }: RunPlan): string[] {
  if (typeof connections === 'number') return ['--max-connections', String(connections)];
  return ['--adaptive-connections', `${connections.min}-${connections.start}-${connections.max}`];
}

function flag(name: string, value: unknown): string[] {
  return value === undefined ? [] : [name, String(value)];
}

const isOwnRule = ({ maxSamples, connections, limits }: RunPlan): boolean =>
  maxSamples === toMaxSamples(connections, limits);
