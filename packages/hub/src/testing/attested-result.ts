import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogWriter } from '@assay/engine';
import type { EvalLogHeader, EvalSample } from '@assay/spec';
import { type Attestation, attestRun } from '../attest/attest-run.ts';
import { uploadEvidence } from '../evidence/upload-evidence.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { commitFiles, evalYamlText, makeRepo } from './hub-client.ts';
import type { TestHub, TestUser } from './with-hub.ts';

const planned = 10;

export interface LogWish {
  /** `ns/name` and commit of the benchmark; the task is `main`. */
  dataset: string;
  commit: string;
  /** How many of the ten samples are right. */
  right?: number;
  status?: EvalLogHeader['status'];
  /** Leaves out what only our own engine writes. */
  foreign?: boolean;
}

/** Bytes of a log as the engine writes it: ten samples of task `main`. */
export async function makeAttestableLog(folder: string, wish: LogWish): Promise<string> {
  const { dataset, commit, right = 7, status = 'success', foreign = false } = wish;
  const path = join(folder, `${right}.eval`);
  const start = {
    version: 2,
    eval: {
      eval_id: 'eval1',
      run_id: 'run1',
      created: '2026-01-01T00:00:00+00:00',
      task: `hf/${dataset}/main`,
      task_id: 'task1',
      task_version: 0,
      dataset: { name: dataset, samples: planned },
      model: 'openai-api/mock/m',
      model_args: {},
      config: {},
      metadata: foreign ? {} : { assay: { plan: planOf(dataset, commit) } },
    },
    plan: { name: 'plan', steps: [], config: {} },
  };
  const writer = await createLogWriter(path, start);
  for (let id = 1; id <= planned; id += 1) await writer.writeSample(toSample(id, id <= right));
  const accounting = {
    planned,
    scored: planned,
    failed: 0,
    refused: 0,
    unparsed: 0,
    unscored: 0,
    missing: 0,
  };
  const metrics = { accuracy: { name: 'accuracy', value: right / planned } };
  const results = {
    total_samples: planned,
    completed_samples: planned,
    scores: [{ name: 'match', scorer: 'match', scored_samples: planned, params: {}, metrics }],
    metadata: { assay: { accounting } },
  };
  const stats = {
    started_at: '2026-01-01T00:00:00+00:00',
    completed_at: '2026-01-01T00:01:00+00:00',
    model_usage: {},
  };
  await writer.finish({ ...start, status, results, stats }, []);
  return path;
}

function planOf(dataset: string, commit: string) {
  return {
    name: 'main',
    spec: `hf/${dataset}/main`,
    dataset: { id: dataset, commit, config: 'default', split: 'test', paths: ['test.jsonl'], rows: planned },
    task: {
      id: 'main',
      config: 'default',
      split: 'test',
      epochs: 1,
      solvers: [{ name: 'generate', args: {} }],
      scorers: [{ name: 'match', args: {} }],
    },
    model: 'openai-api/mock/m',
    modelBaseUrl: 'http://127.0.0.1:9/v1',
    modelRoles: {},
    generate: {},
    epochs: 1,
    templates: { name: 'assay', version: '1', digest: 'd'.repeat(64) },
    profile: 'inspect-0.3',
    engine: '0.1.0',
  };
}

function toSample(id: number, isRight: boolean): EvalSample {
  const completion = isRight ? String(id) : 'no idea';
  return {
    id,
    epoch: 1,
    input: `What is ${id}?`,
    target: String(id),
    output: { model: 'm-2026', choices: [], completion, metadata: { provider: 'mock' } },
    scores: { match: { value: isRight ? 'C' : 'I', answer: completion } },
  };
}

export interface AttestedResult extends Attestation {
  /** SHA-256 of the log. */
  evidence: string;
  /** Commit of the benchmark. */
  commit: string;
  /** One entry of a result file that says what the statement says. */
  entry: string;
}

/** Makes `alice/m` and `alice/sums`, unless they are there, and a result that a worker of this hub vouches for. */
export async function attestResult(
  hub: TestHub,
  alice: TestUser,
  wish: { right?: number; job?: string; privateData?: boolean } = {},
): Promise<AttestedResult> {
  const ctx = hub.context;
  const { right = 7, job = `job-${right}`, privateData = false } = wish;
  const there = await hub.ask('GET', '/api/models/alice/m', { as: alice });
  if (there.status !== 200) {
    await makeRepo(hub, alice, { name: 'm' });
    await makeRepo(hub, alice, { type: 'dataset', name: 'sums', private: privateData });
    await commitFiles(hub, alice, {
      type: 'dataset',
      repo: 'alice/sums',
      files: { 'eval.yaml': evalYamlText },
    });
  }
  const model = await requireRepo(ctx, alice.actor, 'model', 'alice/m', 'read');
  const dataset = await requireRepo(ctx, alice.actor, 'dataset', 'alice/sums', 'read');
  const commit = (await ctx.git.reader(dataset.id).resolve('refs/heads/main'))!;
  const folder = await mkdtemp(join(tmpdir(), 'assay-log-'));
  try {
    const logPath = await makeAttestableLog(folder, { dataset: 'alice/sums', commit, right });
    const bytes = await readFile(logPath);
    const body = (async function* () {
      yield bytes;
    })();
    const { digest } = await uploadEvidence(ctx, { actor: alice.actor, model, dataset, body });
    const attestation = await attestRun(ctx, {
      jobId: job,
      workerId: 'worker-1',
      logPath,
      evidenceDigest: digest,
      modelRepo: model,
      datasetRepo: dataset,
      startedAt: new Date('2026-01-01T00:00:00Z'),
      finishedAt: new Date('2026-01-01T00:01:00Z'),
      costUsd: 0.25,
    });
    const entry = toEntryText({ ...attestation, commit, evidence: digest });
    return { ...attestation, evidence: digest, commit, entry };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @param change members that say something else than the statement */
export function toEntryText(
  result: { token: string; commit: string; evidence: string; reported: number },
  change: { dataset?: string; task?: string; revision?: string; value?: number } = {},
): string {
  const { dataset = 'alice/sums', task = 'main', revision = result.commit, value = result.reported } = change;
  return [
    `- dataset: {id: ${dataset}, task_id: ${task}, revision: "${revision}"}`,
    `  value: ${value}`,
    `  verifyToken: ${result.token}`,
    `  source: {url: "http://hub.test/evidence/${result.evidence}"}`,
    '',
  ].join('\n');
}

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
