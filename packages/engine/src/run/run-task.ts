import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EvalSample, LogError, LogStatus } from '@assay/spec';
import type { RecordSource } from '../dataset/record-source.ts';
import { toLogFileName, toSampleEntry } from '../log/entry-names.ts';
import type { LogReader } from '../log/log-reader.ts';
import { createLogWriter, type LogWriter, type WrittenReduction } from '../log/log-writer.ts';
import type { TemplateSet } from '../semantics/prompts.ts';
import { type ComputedResults, computeResults } from '../semantics/results.ts';
import { plannedSamples } from '../task/create-plan.ts';
import type { OwnSteps } from '../task/own-steps.ts';
import type { RunPlan } from '../task/run-plan.ts';
import { createSampleSource } from '../task/sample-source.ts';
import { isTooMany } from './error-policy.ts';
import { newIdentity, type RunIdentity, toIsoSecond, toLogHeader, toLogStart } from './log-parts.ts';
import { ModelSet, type OpenModel } from './model-set.ts';
import { ProgressMeter, type RunProgress } from './progress.ts';
import { runSample, toLogError } from './run-sample.ts';
import { type RunSummary, summarize } from './run-summary.ts';
import { RunTotals } from './run-totals.ts';
import { type SampleJob, SampleJobs } from './sample-jobs.ts';
import { createTaskRun, type TaskRun } from './task-run.ts';
import { totalCost } from './usage.ts';
import { workThrough } from './worker-pool.ts';

export interface RunParts {
  plan: RunPlan;
  records: RecordSource;
  templates: TemplateSet;
  /** The log is written into this folder. */
  logDir: string;
  /** Opens the evaluated model, and judges by name. */
  openModel: OpenModel;
  /** Solvers and scorers that the task brings along in code. */
  own?: OwnSteps;
  signal?: AbortSignal;
  onProgress?(progress: RunProgress): void;
  predecessor?: Predecessor;
}

/** An earlier log of the same plan; what it holds of `finished` is taken over. */
interface Predecessor {
  log: LogReader;
  path: string;
  taskId: string;
  /** Entry names of the samples that need no second run. */
  finished: Set<string>;
}

interface Outcome {
  status: LogStatus;
  error?: LogError;
  /** Whether every sample was run, so that results can be given. */
  whole: boolean;
}

/** Everything one run holds in its hands. */
interface Hands {
  parts: RunParts;
  run: TaskRun;
  writer: LogWriter;
  totals: RunTotals;
  meter: ProgressMeter;
  jobs: SampleJobs;
  /** Samples that failed and are to be tried again, behind all others. */
  again: { job: SampleJob; sample: EvalSample }[];
  /** Ends calls under way when the run ends early. */
  stop: AbortController;
}

/**
 * Runs a plan. Each finished sample is in the log before its place is given to the next one, so that at any moment
 * at most `maxSamples` samples would have to be repeated. A cancelled run keeps what is finished.
 * @throws SemanticsError, EngineError when the plan cannot be run at all; what goes wrong later ends in the log
 */
export async function runTask(parts: RunParts): Promise<RunSummary> {
  const { plan, predecessor } = parts;
  const identity = newIdentity(predecessor?.taskId);
  const path = freePath(parts.logDir, plan.name, identity);
  const totals = new RunTotals();
  const fixed = { task: plan.name, model: plan.model, logPath: path };
  const meter = new ProgressMeter(fixed, plannedSamples(plan), totals, parts.onProgress);
  const models = new ModelSet(parts.openModel, (notice) => meter.noteRetry(notice));
  const stop = new AbortController();
  const signal = parts.signal ? AbortSignal.any([parts.signal, stop.signal]) : stop.signal;
  // One listener for each call under way.
  setMaxListeners(0, signal);
  try {
    const model = models.get(plan.model);
    const openModel = (name: string) => models.get(name);
    const run = createTaskRun({ plan, model, templates: parts.templates, signal, openModel, own: parts.own });
    const start = toLogStart(run, identity, predecessor?.path);
    const source = createSampleSource(parts.records, plan.task, plan);
    const jobs = new SampleJobs(source, plan.epochs, predecessor?.finished ?? new Set());
    await jobs.peek();
    const writer = await createLogWriter(path, start, { hidden: predecessor !== undefined });
    const hands: Hands = { parts, run, writer, totals, meter, jobs, again: [], stop };
    const outcome = await guardWriter(writer, async () => {
      await takeOver(hands);
      meter.start(model);
      return await work(hands);
    });
    const planned = jobs.exhausted ? jobs.met : plannedSamples(plan);
    const computed = outcome.whole ? compute(run, totals) : null;
    const connections = model.connections.history;
    const header = toLogHeader(start, totals, {
      ...outcome,
      // What has results went through to its end; too many failures are said by the status alone.
      error: outcome.whole ? undefined : outcome.error,
      computed,
      planned,
      connections,
      retries: meter.retries,
    });
    await writer.finish(header, (computed?.reductions ?? []) as WrittenReduction[]);
    return summarize({ plan, logPath: path, totals, computed, planned }, outcome);
  } finally {
    meter.stop();
    await models.close();
  }
}

/** Names hold the second and the task id, so a retry within the same second takes the next one. */
function freePath(folder: string, task: string, identity: RunIdentity): string {
  for (let second = Date.parse(identity.created); ; second += 1000) {
    const path = join(folder, toLogFileName(toIsoSecond(new Date(second)), task, identity.taskId, 'eval'));
    if (!existsSync(path)) return path;
  }
}

async function guardWriter<T>(writer: LogWriter, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    await writer.abandon().catch(() => undefined);
    throw error;
  }
}

/** Copies finished samples of the predecessor; only then does the new log appear. */
async function takeOver({ parts, run, writer, totals, meter }: Hands): Promise<void> {
  const { predecessor } = parts;
  if (!predecessor) return;
  const wanted = (one: { id: number | string; epoch: number }): boolean =>
    predecessor.finished.has(toSampleEntry(one.id, one.epoch));
  for await (const stored of predecessor.log.storedSamples(wanted)) {
    await writer.copySample(stored);
    totals.add(stored.summary);
    run.ledger.spent += totalCost(stored.summary.model_usage ?? {});
    meter.reused++;
  }
  await writer.publish();
}

async function work(hands: Hands): Promise<Outcome> {
  const { parts, run, totals, jobs, again } = hands;
  const { errors, maxSamples } = parts.plan;
  try {
    await workThrough(jobs.jobs(), maxSamples, (job) => workOn(hands, job));
    while (again.length > 0) {
      await workThrough(
        again.splice(0).map((one) => one.job),
        maxSamples,
        (job) => workOn(hands, job),
      );
    }
  } catch (error) {
    for (const { sample } of again) await record(hands, sample);
    if (parts.signal?.aborted) return { status: 'cancelled', whole: false };
    if (error instanceof RunEnded) return { status: 'error', error: error.sampleError, whole: false };
    return { status: 'error', error: toLogError(error), whole: false };
  }
  if (parts.signal?.aborted) return { status: 'cancelled', whole: false };
  if (isTooMany(totals.failed, jobs.met, errors)) {
    const message = `${totals.failed} of ${jobs.met} samples of ${run.plan.name} failed`;
    return { status: 'error', error: { message, traceback: '', traceback_ansi: '' }, whole: true };
  }
  return { status: 'success', whole: true };
}

async function workOn(hands: Hands, job: SampleJob): Promise<void> {
  const { parts, run, totals, meter, stop, again } = hands;
  const { errors } = parts.plan;
  meter.inFlight++;
  try {
    const sample = await runSample(run, job);
    if (sample.error && job.failures.length < errors.retryOnError) {
      again.push({ job: { ...job, failures: [...job.failures, sample.error] }, sample });
      return;
    }
    await record(hands, sample);
    if (!sample.error || errors.continueOnFail || !isTooMany(totals.failed, meter.total, errors)) return;
    const ended = new RunEnded(sample.error);
    stop.abort(ended);
    throw ended;
  } finally {
    meter.inFlight--;
  }
}

/** In the log first, counted then. */
async function record({ writer, totals }: Hands, sample: EvalSample): Promise<void> {
  await writer.writeSample(sample);
  totals.add(sample);
}

/** Ends a run because of failed samples. */
class RunEnded extends Error {
  readonly sampleError: LogError;
  constructor(sampleError: LogError) {
    super(sampleError.message);
    this.sampleError = sampleError;
  }
}

/** Null when no sample has a score although somebody was to give one. */
function compute(run: TaskRun, totals: RunTotals): ComputedResults | null {
  if (run.plan.score === false) return { scores: [], reductions: [] };
  if (totals.scored.size === 0) return null;
  return computeResults(run.scorers, totals.scored, run.plan.epochsReducer);
}
