import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLog } from '@assay/engine';
import {
  type EvalLogHeader,
  parseLeaderboardYaml,
  type RunFacts,
  readRunFacts,
  toEntry,
  toObjections,
  toValue,
  type ValueRule,
} from '@assay/spec';
import { attestRun } from '../attest/attest-run.ts';
import { ensureBot } from '../auth/bot-account.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { uploadEvidence } from '../evidence/upload-evidence.ts';
import { endJob, noteOutcome } from '../jobs/change-job.ts';
import { type EvalJob, findJob, isOver } from '../jobs/job.ts';
import { appendLines } from '../jobs/job-lines.ts';
import type { Repo } from '../repos/repo.ts';
import { findRepoById } from '../repos/require-repo.ts';
import { proposeResult } from './propose-result.ts';

/** Leaves wait for transactions that began before theirs: a slow one holds the log up for a while. */
const coverAttempts = 300;
const coverPauseMs = 200;

/** A finished evaluation, as its worker hands it over. */
export interface FinishedEval {
  jobId: string;
  attempt: number;
  workerId: string;
  /** Of the log's bytes, which are in the hub's store. */
  digest: string;
  /** ISO 8601. */
  finishedAt: string;
}

/**
 * Turns a finished evaluation into a result: keeps the log as evidence, vouches for it, opens the pull request, and waits
 * until a published checkpoint covers what was signed. Every step may be done twice: a hub that was killed does the job
 * again from the beginning.
 */
export async function publishJob(ctx: HubContext, hubUrl: string, finished: FinishedEval): Promise<void> {
  const job = await findJob(ctx.db, finished.jobId);
  if (job?.kind !== 'eval' || isOver(job) || job.attempts !== finished.attempt) return;
  // Until the pull request is open nobody else has seen anything of it.
  if (job.cancelRequestedAt && job.outcome.pullRequest === undefined)
    return void (await endJob(ctx, job.id, 'CANCELED', 'cancelled; its log is not published'));
  const say = (text: string) => appendLines(ctx.db, job.id, [text]);
  try {
    await publish(ctx, hubUrl, { job, finished, say });
  } catch (error) {
    // What the hub refuses once it refuses again; anything else may pass.
    if (!(error instanceof HubError) && !isUnfit(error)) throw error;
    const reason = `the result could not be published: ${(error as Error).message}`;
    await say(reason);
    await endJob(ctx, job.id, 'ERROR', reason, finished.attempt);
  }
}

function isUnfit(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'log-unfit' || code === 'benchmark-invalid';
}

interface Publishing {
  job: EvalJob;
  finished: FinishedEval;
  say(text: string): Promise<void>;
}

async function publish(ctx: HubContext, hubUrl: string, { job, finished, say }: Publishing): Promise<void> {
  const model = await requireById(ctx, job.spec.modelRepoId, 'model');
  const dataset = await requireById(ctx, job.spec.datasetRepoId, 'benchmark');
  const bot = await ensureBot(ctx.db);
  const body = await ctx.blobs.open(finished.digest);
  const { digest } = await uploadEvidence(ctx, { actor: bot, model, dataset, body });
  await noteOutcome(ctx, job.id, { evidence: digest });
  await say(`the log is kept as evidence ${digest}`);

  const folder = await mkdtemp(join(ctx.paths.tmp, 'publish-'));
  try {
    const logPath = join(folder, 'run.eval');
    await pipeline(await ctx.blobs.open(digest), createWriteStream(logPath));
    const header = await readHeader(logPath);
    assertFit(header);
    const facts = readRunFacts(header);
    const costUsd = toCost(job, header);
    const { token, statementDigest, reported } = await attestRun(ctx, {
      jobId: job.id,
      workerId: finished.workerId,
      logPath,
      evidenceDigest: digest,
      modelRepo: model,
      datasetRepo: dataset,
      startedAt: job.startedAt ?? job.createdAt,
      finishedAt: new Date(finished.finishedAt),
      ...(costUsd === undefined ? {} : { costUsd }),
    });
    await say(`signed: statement ${statementDigest}`);
    const value = toValue(header, await readRule(ctx, dataset, facts));
    if (value !== reported)
      throw new HubError('corrupt', `the statement says ${reported}, the entry ${value}`);
    const source = { url: `${hubUrl}/evidence/${digest}`, name: 'Assay job' };
    const entry = { ...toEntry(facts, value, source), verifyToken: token };
    const num = await proposeResult(ctx, { bot, model, facts, entry, job, hubUrl });
    if (num !== null) await noteOutcome(ctx, job.id, { pullRequest: num });
    const publishedSize = await untilCovered(ctx, statementDigest);
    await noteOutcome(ctx, job.id, {
      value,
      samples: facts.completed,
      statement: statementDigest,
      ...(costUsd === undefined ? {} : { costUsd }),
      publishedSize,
    });
    await say(
      num === null ? 'the result stood there already' : `pull request ${num} is open on ${model.fullName}`,
    );
    await endJob(ctx, job.id, 'COMPLETED', null, finished.attempt);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits until a published checkpoint covers statement and token; answers its size. */
async function untilCovered(ctx: HubContext, statement: string): Promise<number> {
  for (let attempt = 0; attempt < coverAttempts; attempt += 1) {
    const size = await ctx.tlog.flush();
    const leaves = await ctx.db.query<{ index: number }>(
      `SELECT l.index::float8 AS index FROM record.statements s
         JOIN record.tlog_leaves l ON l.queue_id IN (s.statement_leaf, s.token_leaf) WHERE s.digest = $1`,
      [statement],
    );
    if (leaves.length === 2 && leaves.every(({ index }) => index < size)) return size;
    await sleep(coverPauseMs);
  }
  throw new Error('no checkpoint covers the statement yet');
}

async function requireById(ctx: HubContext, id: string, what: string): Promise<Repo> {
  const repo = await findRepoById(ctx.db, id);
  if (repo) return repo;
  throw new HubError('repo-not-found', `the ${what} was deleted while the job ran`);
}

async function readHeader(path: string): Promise<EvalLogHeader> {
  const log = await openLog(path);
  try {
    return await log.header();
  } finally {
    await log.close();
  }
}

function assertFit(header: EvalLogHeader): void {
  const objections = toObjections(header);
  if (objections.length > 0)
    throw new HubError('invalid-input', `the log is no full result: ${objections.join('; ')}`);
}

/** How the benchmark's board counts, at the commit that was run. */
async function readRule(ctx: HubContext, dataset: Repo, facts: RunFacts): Promise<ValueRule> {
  const git = ctx.git.reader(dataset.id);
  const entry = await git.entry(facts.commit, 'leaderboard.yaml');
  if (entry?.type !== 'file') return {};
  const parsed = parseLeaderboardYaml((await git.blob(entry.oid)).toString('utf8'));
  return (parsed.ok ? parsed.value.tasks.find((task) => task.id === facts.taskId) : undefined) ?? {};
}

/** Dollars, by the price of the job's endpoint and all tokens that the log counts. */
function toCost({ spec }: EvalJob, header: EvalLogHeader): number | undefined {
  if (spec.usdPerMillionTokens === undefined) return undefined;
  const usage = Object.values(header.stats.model_usage ?? {});
  const tokens = usage.reduce((sum, one) => sum + (one.total_tokens ?? 0), 0);
  return Number(((tokens * spec.usdPerMillionTokens) / 1e6).toFixed(6));
}
