import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EngineError,
  type EvalRequest,
  type EvalServices,
  evaluate,
  readLog,
  SemanticsError,
} from '../../packages/engine/src/index.ts';
import type { VectorCase } from './case-file.ts';
import { decoded } from './case-file.ts';
import { differences } from './differences.ts';
import { memoryHub } from './memory-hub.ts';
import { digestOf } from './prompt-case.ts';
import { type Reply, ScriptedModels } from './scripted-models.ts';
import { shownLog } from './shown-log.ts';
import type { VectorTemplates } from './templates.ts';

interface EndToEndCase {
  spec: string;
  eval_yaml: string;
  records: Record<string, unknown[]>;
  replies: Reply[];
  role_replies?: Record<string, Reply[]>;
  options: Record<string, unknown>;
  expected: { raises?: string; dataset_calls?: unknown[]; requests?: unknown[]; logs?: unknown[] };
}

const model = 'mock/model';

/** Runs a whole task as `assay eval` does: only the hub and the model are scripted. */
export async function runEndToEndCase(test: VectorCase, templates: VectorTemplates): Promise<string[]> {
  const recorded = test as unknown as EndToEndCase;
  const models = new ScriptedModels(model, recorded.replies, roleReplies(recorded));
  const logDir = await mkdtemp(join(tmpdir(), 'assay-vectors-'));
  try {
    const services: EvalServices = {
      hub: memoryHub(recorded.eval_yaml, recorded.records),
      lookup: () => undefined,
      logDir,
      templates: templates.set,
      openModel: (name) => models.open(name),
    };
    const summaries = await evaluate(toRequest(recorded), services);
    if (recorded.expected.raises) return [`it ran, but ${recorded.expected.raises} was expected`];
    const logs = await Promise.all(
      summaries.map(async (one) => shownLog(await readLog(one.logPath), recorded.spec)),
    );
    return compareRun(recorded, models, logs);
  } catch (error) {
    const refused = error instanceof SemanticsError || error instanceof EngineError;
    if (refused && recorded.expected.raises) return [];
    throw error;
  } finally {
    await rm(logDir, { recursive: true, force: true });
  }
}

function roleReplies(recorded: EndToEndCase): Map<string, Reply[]> {
  return new Map(
    Object.entries(recorded.role_replies ?? {}).map(([role, replies]) => [`mock/${role}`, replies]),
  );
}

function compareRun(recorded: EndToEndCase, models: ScriptedModels, logs: { dataset: unknown }[]): string[] {
  const { requests, logs: wanted, dataset_calls: calls } = recorded.expected;
  const actual = { calls: logs.map((log) => log.dataset), requests: models.requests, logs };
  return differences(withDigests(actual, { calls, requests, logs: wanted }), {
    calls,
    requests,
    logs: wanted,
  });
}

/** Texts that are recorded as digests are compared as digests. */
function withDigests(actual: unknown, expected: unknown): unknown {
  if (typeof actual === 'string' && typeof expected === 'object' && expected !== null) {
    return 'sha256' in expected ? digestOf(actual) : actual;
  }
  if (typeof actual === 'string' && typeof expected === 'string' && expected.startsWith('attachment://')) {
    return attachmentOf(actual, expected);
  }
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.map((item, index) => withDigests(item, expected[index]));
  }
  if (typeof actual !== 'object' || actual === null || typeof expected !== 'object' || expected === null)
    return actual;
  const wanted = expected as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(actual).map(([key, item]) => [key, withDigests(item, wanted[key])]),
  );
}

/** Inspect moves long contents into attachments named by a hash; whether we do is the log's matter. */
function attachmentOf(actual: string, expected: string): string {
  const isLong = actual.startsWith('data:') && createHash('md5').update(actual).digest('hex').length === 32;
  return isLong ? expected : actual;
}

const generateOptions = new Set(['temperature', 'max_tokens', 'system_message', 'seed', 'top_k', 'top_p']);

function toRequest(recorded: EndToEndCase): EvalRequest {
  const options = decoded(recorded.options) as Record<string, unknown>;
  const request: EvalRequest = { task: recorded.spec, model, maxSamples: 1, connections: 1, generate: {} };
  request.errors = {};
  request.limits = {};
  for (const role of Object.keys(recorded.role_replies ?? {})) {
    request.modelRoles = { ...request.modelRoles, [role]: [`mock/${role}`] };
  }
  for (const [name, value] of Object.entries(options)) setOption(request, name, value);
  return request;
}

function setOption(request: EvalRequest, name: string, value: unknown): void {
  if (generateOptions.has(name)) request.generate![name] = value;
  else if (name === 'epochs') request.epochs = value as number;
  else if (name === 'limit') request.limit = toLimit(value);
  else if (name === 'fail_on_error') request.errors!.failOnError = value as boolean | number;
  else if (name === 'continue_on_fail') request.errors!.continueOnFail = value as boolean;
  else if (name === 'retry_on_error') request.errors!.retryOnError = value as number;
  else if (name === 'score_on_error') request.errors!.scoreOnError = value as boolean;
  else if (name === 'message_limit') request.limits!.message = value as number;
  else if (name === 'token_limit') request.limits!.token = value as number;
  else if (name === 'turn_limit') request.limits!.turn = value as number;
  else (request as unknown as Record<string, unknown>)[name] = value;
}

function toLimit(value: unknown): number | { start: number; end: number } {
  if (!Array.isArray(value)) return value as number;
  return { start: value[0] as number, end: value[1] as number };
}
