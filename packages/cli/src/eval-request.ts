import { readFile } from 'node:fs/promises';
import type { EvalRequest } from '@assay/engine';
import { CliError } from './cli-error.ts';
import type { EvalFlags } from './eval-options.ts';

/**
 * What the flags ask the engine for.
 * @throws CliError `model-missing`, `usage`; EngineError `plan-invalid` for a price table that is none
 */
export async function toRequest(task: string, flags: EvalFlags): Promise<EvalRequest> {
  if (!flags.model) {
    throw new CliError('model-missing', 'no model is named', {
      hint: 'give --model openai-api/SERVICE/MODEL, or set INSPECT_EVAL_MODEL',
    });
  }
  const revision = flags.taskArgs?.revision;
  const pinned = typeof revision === 'string' && !task.includes('@') ? `${task}@${revision}` : task;
  return {
    task: pinned,
    model: flags.model,
    modelBaseUrl: flags.modelBaseUrl,
    modelRoles: toRoles(flags.modelRole),
    generate: toGenerateConfig(flags),
    limit: flags.limit,
    epochs: flags.epochs,
    epochsReducer: flags.epochsReducer === false ? [] : flags.epochsReducer,
    limits: toLimits(flags),
    errors: toErrorPolicy(flags),
    ...toConnections(flags),
    maxSamples: flags.maxSamples,
    sampleIds: flags.sampleId,
    shard: flags.shard,
    seed: flags.shuffleSeed,
    score: flags.score,
    prices: flags.modelCostConfig === undefined ? undefined : await readPrices(flags.modelCostConfig),
    maxCost: flags.maxCost,
    tags: flags.tags,
    metadata: flags.metadata,
  };
}

/** An explicit number wins, as in Inspect; `--adaptive-connections false` means its ten. */
export function toConnections(flags: EvalFlags): Pick<EvalRequest, 'connections'> {
  if (flags.maxConnections !== undefined) return { connections: flags.maxConnections };
  if (typeof flags.adaptiveConnections === 'object') return { connections: flags.adaptiveConnections };
  return flags.adaptiveConnections === false ? { connections: 10 } : {};
}

function toLimits(flags: EvalFlags): EvalRequest['limits'] {
  return set({
    message: flags.messageLimit,
    token: flags.tokenLimit,
    turn: flags.turnLimit,
    time: flags.timeLimit,
    working: flags.workingLimit,
    cost: flags.costLimit,
  });
}

async function readPrices(path: string): Promise<EvalRequest['prices']> {
  const { parsePrices } = await import('@assay/engine');
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new CliError('usage', `the price table ${path} cannot be read`, { cause });
  });
  return parsePrices(text);
}

function set<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** `grader=a,b` binds two models to one role. */
function toRoles(roles: Record<string, unknown> = {}): Record<string, string[]> {
  return Object.fromEntries(Object.entries(roles).map(([role, names]) => [role, String(names).split(',')]));
}

function toGenerateConfig(flags: EvalFlags): EvalRequest['generate'] {
  return set({
    temperature: flags.temperature,
    max_tokens: flags.maxTokens,
    top_p: flags.topP,
    top_k: flags.topK,
    frequency_penalty: flags.frequencyPenalty,
    presence_penalty: flags.presencePenalty,
    seed: flags.seed,
    stop_seqs: flags.stopSeqs,
    system_message: flags.systemMessage,
    reasoning_effort: flags.reasoningEffort,
    attempt_timeout: flags.attemptTimeout,
    num_choices: flags.numChoices,
    logprobs: flags.logprobs,
    top_logprobs: flags.topLogprobs,
    logit_bias: flags.logitBias,
    extra_headers: flags.extraHeaders,
    extra_body: flags.extraBody,
    cache: flags.cache,
  });
}

export function toErrorPolicy(flags: EvalFlags): NonNullable<EvalRequest['errors']> {
  return {
    ...(flags.failOnError === undefined ? {} : { failOnError: flags.failOnError }),
    ...(flags.continueOnFail === undefined ? {} : { continueOnFail: flags.continueOnFail }),
    ...(flags.retryOnError === undefined ? {} : { retryOnError: flags.retryOnError }),
    ...(flags.scoreOnError === undefined ? {} : { scoreOnError: flags.scoreOnError }),
  };
}
