import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canonicalJson } from '@assay/spec';
import { parseLogText, toLogText } from '../log/log-json.ts';
import type { ChatMessage, ModelOutput } from '../semantics/chat.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import { type CachePolicy, readCachePolicy } from './cache-policy.ts';
import type { LimitedModel } from './openai-model.ts';

/** Settings that say how to call, not what is asked; the values of headers may be keys. */
const operational = new Set(
  `max_retries timeout attempt_timeout stream_idle_timeout max_connections adaptive_connections cache batch
   cache_prompt fail_on_refusal extra_headers`.split(/\s+/),
);

interface CachedAnswer {
  request: unknown;
  output: ModelOutput;
  /** Milliseconds since 1970. */
  at: number;
}

/**
 * The model, asked only for what it has not answered before. Answers lie in a folder under the digest of what was
 * asked (model, address, settings, messages, epoch), one file each, written whole or not at all: any number of
 * processes and machines may share it. Only calls whose settings have a `cache` take part. Each epoch has answers of
 * its own unless the policy says otherwise, as repeated runs are there to see answers vary. Refused prompts are
 * asked again.
 */
export function createCachedModel(model: LimitedModel, folder: string, baseUrl: string): LimitedModel {
  return {
    name: model.name,
    connections: model.connections,
    close: () => model.close(),
    async generate(messages, config, signal, call) {
      const policy = readCachePolicy(config.cache);
      if (!policy) return model.generate(messages, config, signal, call);
      const epoch = policy.perEpoch ? (call?.epoch ?? 1) : 0;
      const request = toRequest({ model: model.name, baseUrl, epoch }, messages, config);
      const path = toPath(folder, request);
      const kept = await readAnswer(path, policy);
      if (kept) return { ...kept, time: 0, metadata: { ...kept.metadata, cache: 'read' } };
      const output = await model.generate(messages, config, signal, call);
      if (output.choices[0]?.stop_reason !== 'content_filter' && !output.error) {
        await writeAnswer(path, { request, output, at: Date.now() });
      }
      return output;
    },
  };
}

function toRequest(facts: object, messages: ChatMessage[], config: GenerateConfig): unknown {
  const asked = Object.entries(config).filter(([name, value]) => value != null && !operational.has(name));
  return {
    ...facts,
    config: Object.fromEntries(asked),
    messages: messages.map(({ id: _id, ...message }) => message),
  };
}

function toPath(folder: string, request: unknown): string {
  const digest = createHash('sha256').update(canonicalJson(request)).digest('hex');
  return join(folder, digest.slice(0, 2), `${digest}.json`);
}

/** Null when there is none, it is too old, or a writer of another kind left something else there. */
async function readAnswer(path: string, policy: CachePolicy): Promise<ModelOutput | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const { output, at } = parseLogText(text) as CachedAnswer;
    const fresh = Date.now() - at <= policy.expiryMs;
    return fresh && Array.isArray(output.choices) && output.choices[0]?.message ? output : null;
  } catch {
    return null;
  }
}

/** A cache that cannot be written (a full disk, no rights) costs money, not the run. */
async function writeAnswer(path: string, answer: CachedAnswer): Promise<void> {
  const unfinished = join(dirname(path), `.${randomUUID()}`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(unfinished, toLogText(answer));
    await rename(unfinished, path);
  } catch {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}
