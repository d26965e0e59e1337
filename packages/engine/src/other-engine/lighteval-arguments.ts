import { EngineError } from '../engine-error.ts';
import type { EvalRequest } from '../run/evaluate.ts';

/** Lighteval's flags for settings of a request. Its frequency penalty reaches no model, so it is not among them. */
const settings: Record<string, string> = {
  temperature: '--temperature',
  max_tokens: '--max-tokens',
  top_p: '--top-p',
  top_k: '--top-k',
  presence_penalty: '--presence-penalty',
  seed: '--seed',
  system_message: '--system-message',
  reasoning_effort: '--reasoning-effort',
};

/**
 * The arguments of `lighteval eval` (its Inspect backend) for a request. Pure.
 * @param request its task is `lighteval/NAME`, e.g. `lighteval/gsm8k`, with shots as `lighteval/gsm8k|5`
 * @throws EngineError `plan-invalid` naming what Lighteval cannot do
 */
export function toLightevalArguments(request: EvalRequest, logDir: string): string[] {
  const prefix = 'lighteval/';
  if (!request.task.startsWith(prefix)) {
    throw new EngineError('plan-invalid', `Lighteval cannot run "${request.task}": it has tasks of its own`, {
      hint: 'name one of them as lighteval/NAME, e.g. lighteval/gsm8k',
    });
  }
  const { limit, epochs, connections } = request;
  const range = typeof limit === 'object' ? limit : undefined;
  if (range && range.start !== 0) throw notThere('a range of samples: it begins with the first');
  if (request.sampleIds) throw notThere('samples by id');
  if (request.shard) throw notThere('shards');
  if (request.maxCost !== undefined || request.prices) throw notThere('prices');
  if (Object.keys(request.modelRoles ?? {}).length > 0) throw notThere('model roles');
  const count = range?.end ?? limit;
  return [
    ...['eval', request.model, request.task.slice(prefix.length)],
    ...flag('--model-base-url', request.modelBaseUrl),
    ...flag('--max-samples', count),
    ...flag('--epochs', epochs),
    ...flag('--epochs-reducer', request.epochsReducer?.[0]),
    ...flag('--max-connections', typeof connections === 'number' ? connections : undefined),
    ...Object.entries(request.generate ?? {}).flatMap(([name, value]) => {
      if (value === undefined || value === null) return [];
      const own = settings[name];
      if (own === undefined) throw notThere(`the setting ${name}`);
      return [own, String(value)];
    }),
    ...['--log-dir', logDir, '--display', 'none'],
  ];
}

function notThere(what: string): EngineError {
  return new EngineError('plan-invalid', `Lighteval's Inspect backend does not have ${what}`, {
    hint: 'leave it away, or run the benchmark with another engine',
  });
}

function flag(name: string, value: unknown): string[] {
  return value === undefined ? [] : [name, String(value)];
}
