import { EngineError } from '../engine-error.ts';
import type { AdaptiveRange } from './connection-limit.ts';
import type { RetryNotice } from './model.ts';
import { createOpenAiModel, type LimitedModel } from './openai-model.ts';
import type { RetryPolicy } from './retry.ts';

export interface ModelOptions {
  /** Overrides the environment. */
  baseUrl?: string;
  connections?: number | AdaptiveRange;
  retry?: Partial<RetryPolicy>;
  onRetry?(notice: RetryNotice): void;
  /** Reads one environment variable; only the caller may know the environment. */
  lookup(name: string): string | undefined;
}

/** Inspect's defaults when nothing is said. */
export const defaultConnections: AdaptiveRange = { start: 20, min: 10, max: 100 };

const ROUTER_URL = 'https://router.huggingface.co/v1';

/**
 * A model by its name.
 * - `openai-api/SERVICE/MODEL`: any compatible endpoint; `SERVICE_BASE_URL` and `SERVICE_API_KEY` name it
 * - `hf-inference-providers/MODEL[:PROVIDER]`: the router of Hugging Face; `HF_TOKEN`
 * @throws EngineError `model-unknown`, `model-unconfigured`
 */
export function createModel(name: string, options: ModelOptions): LimitedModel {
  const { service, model } = parseModelName(name);
  const { baseUrl, apiKey } =
    service === null ? routerAccess(name, options) : serviceAccess(name, service, options);
  return createOpenAiModel({
    name,
    model,
    baseUrl: toBaseUrl(baseUrl),
    apiKey,
    connections: options.connections ?? defaultConnections,
    retry: options.retry,
    onRetry: options.onRetry,
  });
}

function parseModelName(name: string): { service: string | null; model: string } {
  const [provider, ...rest] = name.split('/');
  if (provider === 'openai-api' && rest.length >= 2)
    return { service: rest[0]!, model: rest.slice(1).join('/') };
  if (provider === 'hf-inference-providers' && rest.length > 0)
    return { service: null, model: rest.join('/') };
  throw new EngineError('model-unknown', `there is no way to call a model named "${name}"`, {
    hint: 'use openai-api/SERVICE/MODEL or hf-inference-providers/MODEL',
  });
}

function serviceAccess(
  name: string,
  service: string,
  options: ModelOptions,
): { baseUrl: string; apiKey: string } {
  const prefix = service.toUpperCase().replaceAll('-', '_');
  const baseUrl = options.baseUrl ?? options.lookup(`${prefix}_BASE_URL`);
  if (!baseUrl) {
    throw new EngineError('model-unconfigured', `it is not known where "${name}" is served`, {
      hint: `give --model-base-url URL, or set ${prefix}_BASE_URL`,
    });
  }
  // Local endpoints need none; others will say 401.
  return { baseUrl, apiKey: options.lookup(`${prefix}_API_KEY`) ?? '' };
}

function routerAccess(name: string, options: ModelOptions): { baseUrl: string; apiKey: string } {
  const apiKey = options.lookup('HF_TOKEN');
  if (!apiKey) {
    throw new EngineError('model-unconfigured', `"${name}" needs a token of Hugging Face`, {
      hint: 'set HF_TOKEN',
    });
  }
  return { baseUrl: options.baseUrl ?? ROUTER_URL, apiKey };
}

function toBaseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new EngineError('model-unconfigured', 'the base URL of the model is not an http(s) URL', {
    hint: 'it looks like http://127.0.0.1:8000/v1',
  });
}
