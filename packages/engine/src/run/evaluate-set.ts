import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { canonicalJson, type EvalLogHeader } from '@assay/spec';
import { EngineError } from '../engine-error.ts';
import { openLog } from '../log/open-log.ts';
import { plannedSamples } from '../task/create-plan.ts';
import type { RunPlan } from '../task/run-plan.ts';
import { type EvalRequest, type EvalServices, planTasks, type ReadyTask, runReady } from './evaluate.ts';
import { toComparable } from './logged-plan.ts';
import { resumeRun } from './resume-run.ts';
import type { RunSummary } from './run-summary.ts';
import { workThrough } from './worker-pool.ts';

export interface EvalSetRequest extends Omit<EvalRequest, 'task' | 'model'> {
  /** Each is run with each model. */
  tasks: string[];
  models: string[];
  /** How often what is not complete is tried in all. */
  attempts?: number;
  /** Milliseconds before the second attempt; half as long again before each further one. */
  waitMs?: number;
  /** Connections are multiplied by this at each further attempt. */
  connectionsFactor?: number;
  /** Runs at the same time. */
  maxTasks?: number;
  /** Keeps the logs that a retry has replaced. */
  keepReplaced?: boolean;
  /** The log folder may hold logs of other runs. */
  allowDirty?: boolean;
}

export interface EvalSetOutcome {
  /** Whether every task has a log that holds all its samples. */
  complete: boolean;
  /** The newest of each task and model, those found complete included. */
  runs: SetRun[];
}

interface SetRun {
  task: string;
  model: string;
  complete: boolean;
  logPath: string | null;
  /** Null when nothing had to be run. */
  summary: RunSummary | null;
}

/** What one task needs to be complete: the log to go on from, if any. */
interface Member extends SetRun {
  ready: ReadyTask;
  replaced: string[];
}

const LONGEST_WAIT_MS = 3_600_000;

/**
 * Runs several tasks with several models and goes on until each has a complete log, however often it takes: logs
 * found in the folder are continued, complete ones left alone. To go on after a crash, the same call is made again.
 * @throws EngineError `log-dir-foreign` when the folder holds logs of something else; and what planning a task throws
 */
export async function evaluateSet(request: EvalSetRequest, services: EvalServices): Promise<EvalSetOutcome> {
  await mkdir(services.logDir, { recursive: true });
  const members = await planMembers(request, services);
  await findLogs(members, request, services.logDir);
  const { attempts = 10, waitMs = 30_000, connectionsFactor = 1, maxTasks = 4 } = request;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const open = members.filter((one) => !one.complete);
    if (open.length === 0 || services.signal?.aborted) break;
    const pause = attempt === 1 ? 0 : Math.min(waitMs * 1.5 ** (attempt - 2), LONGEST_WAIT_MS);
    if (pause > 0) await wait(pause, undefined, { signal: services.signal }).catch(() => undefined);
    const factor = connectionsFactor ** (attempt - 1);
    await workThrough(open, maxTasks, (member) => workOn(member, factor, services));
    if (!request.keepReplaced) await removeReplaced(members);
  }
  const runs = members.map(({ ready: _ready, replaced: _replaced, ...run }) => run);
  return { complete: runs.every((run) => run.complete), runs };
}

/** Everything is planned first, so that a mistake in the last task shows before the first one costs anything. */
async function planMembers(request: EvalSetRequest, services: EvalServices): Promise<Member[]> {
  const members: Member[] = [];
  for (const model of request.models) {
    for (const task of request.tasks) {
      for await (const ready of planTasks({ ...request, task, model }, services)) {
        const fresh = { complete: false, logPath: null, summary: null, replaced: [] };
        members.push({ task: ready.plan.name, model, ready, ...fresh });
      }
    }
  }
  return members;
}

/** Says which log belongs to which member. A seed drawn at random is no difference: a retry takes the log's. */
function toIdentity(plan: RunPlan, request: EvalSetRequest): string {
  const { shard, seed, ...what } = plan;
  const same = request.seed === undefined ? what : { ...what, seed };
  return createHash('sha256')
    .update(toComparable(same as RunPlan))
    .update(canonicalJson(shard ?? null))
    .digest('hex');
}

async function findLogs(members: Member[], request: EvalSetRequest, folder: string): Promise<void> {
  const byIdentity = new Map(members.map((one) => [toIdentity(one.ready.plan, request), one]));
  // Names begin with the time: the newest log of a member is met last.
  for (const name of (await readdir(folder)).filter((one) => /\.(eval|json)$/.test(one)).sort()) {
    const path = join(folder, name);
    const header = await readHeader(path);
    const plan = planOf(header);
    const member = plan && byIdentity.get(toIdentity(plan, request));
    if (!member) {
      if (request.allowDirty || !header) continue;
      throw new EngineError('log-dir-foreign', `${path} is the log of a run that is not part of this set`, {
        hint: 'give the set a folder of its own, or say --log-dir-allow-dirty',
      });
    }
    if (member.logPath) member.replaced.push(member.logPath);
    member.logPath = path;
    member.complete = isComplete(header!, plan);
  }
}

/** Null for a file that is no log. */
async function readHeader(path: string): Promise<EvalLogHeader | null> {
  try {
    const log = await openLog(path);
    return await log.header().finally(() => log.close());
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}

function planOf(header: EvalLogHeader | null): RunPlan | null {
  const assay = header?.eval.metadata?.assay as { plan?: RunPlan } | undefined;
  return assay?.plan?.dataset ? assay.plan : null;
}

function isComplete(header: EvalLogHeader, plan: RunPlan): boolean {
  if (header.status !== 'success' || header.invalidated) return false;
  const done = header.results?.completed_samples ?? 0;
  return (
    done > 0 &&
    done >= (plan.dataset.rows === null ? (header.results?.total_samples ?? 0) : plannedSamples(plan))
  );
}

async function workOn(member: Member, factor: number, services: EvalServices): Promise<void> {
  const { logPath, ready } = member;
  const { connections } = ready.plan;
  const scaled =
    typeof connections === 'number' ? Math.max(1, Math.round(connections * factor)) : connections;
  const { modelBaseUrl, generate, maxCost } = ready.plan;
  const again = { connections: scaled, modelBaseUrl, maxCost, extraHeaders: generate.extra_headers ?? {} };
  const summary = logPath
    ? await resumeRun(logPath, again, services)
    : await runReady({ ...ready, plan: { ...ready.plan, connections: scaled } }, services);
  if (logPath) member.replaced.push(logPath);
  member.logPath = summary.logPath;
  member.summary = summary;
  const { accounting, status } = summary;
  member.complete = status === 'success' && accounting.failed === 0 && accounting.missing === 0;
}

/** A retry's log holds all that its predecessor had finished. */
async function removeReplaced(members: Member[]): Promise<void> {
  for (const member of members) {
    for (const path of member.replaced.splice(0)) await rm(path, { force: true });
  }
}
