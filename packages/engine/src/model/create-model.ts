import { EngineError } from '../engine-error.ts';
import { chatWire } from './chat-request.ts';
import { completionWire } from './completion-wire.ts';
import type { AdaptiveRange } from './connection-limit.ts';
import type { RetryNotice } from './model.ts';
import { createOpenAiModel, type LimitedModel, type ModelWire } from './openai-model.ts';
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

interface Provider {
  wire: ModelWire;
  /** Variables `PREFIX_BASE_URL` and `PREFIX_API_KEY`. Absent: the name's next part is the service. */
  prefix?: string;
  /** Where it is served when nobody says otherwise. */
  url?: string;
  /** The key's variable, where it is not `PREFIX_API_KEY`. */
  key?: string;
  /** What must be given, as nothing is answered without it. */
  needsKey?: string;
  /** The path that an address without one stands for: others' clients add it themselves. */
  path?: string;
}

/** Everything that answers like OpenAI, under the names and variables that Inspect has for it. */
const providers: Record<string, Provider> = {
  'openai-api': { wire: chatWire },
  'openai-api-completions': { wire: completionWire },
  'hf-inference-providers': {
    wire: chatWire,
    prefix: 'HF_INFERENCE_PROVIDERS',
    url: 'https://router.huggingface.co/v1',
    key: 'HF_TOKEN',
    needsKey: 'a token of Hugging Face',
  },
  openai: {
    wire: chatWire,
    prefix: 'OPENAI',
    url: 'https://api.openai.com/v1',
    needsKey: 'a key of OpenAI',
  },
  anthropic: {
    wire: chatWire,
    prefix: 'ANTHROPIC',
    url: 'https://api.anthropic.com/v1',
    needsKey: 'a key of Anthropic',
    path: '/v1',
  },
  ollama: { wire: chatWire, prefix: 'OLLAMA', url: 'http://localhost:11434/v1', path: '/v1' },
  vllm: { wire: chatWire, prefix: 'VLLM' },
  'vllm-completions': { wire: completionWire, prefix: 'VLLM' },
};

/**
 * A model by its name.
 * - `openai-api/SERVICE/MODEL`: any compatible endpoint; `SERVICE_BASE_URL` and `SERVICE_API_KEY` name it;
 *   `openai-api-completions/SERVICE/MODEL`: the same without a chat template
 * - `hf-inference-providers/MODEL[:fastest|:cheapest|:preferred|:PROVIDER]`: the router of Hugging Face, which reads
 *   the suffix; `HF_TOKEN`
 * - `openai/MODEL`, `anthropic/MODEL`, `ollama/MODEL`, `vllm/MODEL`, `vllm-completions/MODEL`
 * @throws EngineError `model-unknown`, `model-unconfigured`
 */
export function createModel(name: string, options: ModelOptions): LimitedModel {
  const [first = '', ...rest] = name.split('/');
  const provider = Object.hasOwn(providers, first) ? providers[first]! : null;
  const service = provider?.prefix ?? toPrefix(rest.shift() ?? '');
  if (!provider || service === '' || rest.length === 0 || rest.includes('')) {
    throw new EngineError('model-unknown', `there is no way to call a model named "${name}"`, {
      hint: `use openai-api/SERVICE/MODEL, or PROVIDER/MODEL with one of ${Object.keys(providers).slice(2).join(', ')}`,
    });
  }
  return createOpenAiModel({
    name,
    model: rest.join('/'),
    wire: provider.wire,
    baseUrl: findBaseUrl(name, service, provider, options),
    apiKey: findKey(name, service, provider, options),
    connections: options.connections ?? defaultConnections,
    retry: options.retry,
    onRetry: options.onRetry,
  });
}

function toPrefix(service: string): string {
  return service.toUpperCase().replaceAll('-', '_');
}

/** The router's address is asked of nobody, as in Inspect: a variable of its own would only mislead a token. */
function findBaseUrl(name: string, prefix: string, provider: Provider, options: ModelOptions): string {
  const named = provider.key ? undefined : options.lookup(`${prefix}_BASE_URL`);
  const baseUrl = options.baseUrl ?? named ?? provider.url;
  if (baseUrl) return toBaseUrl(baseUrl, provider.path ?? '');
  throw new EngineError('model-unconfigured', `it is not known where "${name}" is served`, {
    hint: `give --model-base-url URL, or set ${prefix}_BASE_URL`,
  });
}

/** Local endpoints need none; others will say 401. */
function findKey(name: string, prefix: string, provider: Provider, options: ModelOptions): string {
  const variable = provider.key ?? `${prefix}_API_KEY`;
  const key = options.lookup(variable) ?? '';
  if (key !== '' || !provider.needsKey) return key;
  throw new EngineError('model-unconfigured', `"${name}" needs ${provider.needsKey}`, {
    hint: `set ${variable}`,
  });
}

function toBaseUrl(text: string, path: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol)) {
    if (url.pathname === '/' && path !== '') url.pathname = path;
    return url.href;
  }
  throw new EngineError('model-unconfigured', 'the base URL of the model is not an http(s) URL', {
    hint: 'it looks like http://127.0.0.1:8000/v1',
  });
}
