import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EvalReduction, EvalSample, LogError, LogStatus } from '@assay/spec';
import type { RecordSource } from '../dataset/record-source.ts';
import { toLogFileName, toSampleEntry } from '../log/entry-names.ts';
import type { LogReader } from '../log/log-reader.ts';
import { createLogWriter, type LogWriter } from '../log/log-writer.ts';
import type { TemplateSet } from '../semantics/prompts.ts';
import { type ComputedResults, computeResults } from '../semantics/results.ts';
import { plannedSamples } from '../task/create-plan.ts';
import type { RunPlan } from '../task/run-plan.ts';
import { createSampleSource } from '../task/sample-source.ts';
import { isTooMany } from './error-policy.ts';
import { newIdentity, type RunIdentity, toIsoSecond, toLogHeader, toLogStart } from './log-parts.ts';
import { ModelSet, type OpenModel } from './model-set.ts';
import { ProgressMeter, type RunProgress } from './progress.ts';
import { runSample, toLogError } from './run-sample.ts';
import { type Accounting, RunTotals } from './run-totals.ts';
import { type SampleJob, SampleJobs } from './sample-jobs.ts';
import { createTaskRun, type TaskRun } from './task-run.ts';
import { workThrough } from './worker-pool.ts';

export interface RunParts {
  plan: RunPlan;
  records: RecordSource;
  templates: TemplateSet;
  /** The log is written into this folder. */
  logDir: string;
  /** Opens the evaluated model, and judges by name. */
  openModel: OpenModel;
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

export interface RunSummary {
  logPath: string;
  status: LogStatus;
  task: string;
  model: string;
  /** By scorer and metric, e.g. `match/accuracy`. */
  metrics: Record<string, number>;
  accounting: Accounting;
  /** What ended a run with status `error`. */
  error?: string;
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
    const run = createTaskRun({ plan, model, templates: parts.templates, signal, openModel });
    const start = toLogStart(run, identity, predecessor?.path);
    const writer = await createLogWriter(path, start, { hidden: predecessor !== undefined });
    const source = createSampleSource(parts.records, plan.task, plan);
    const jobs = new SampleJobs(source, plan.epochs, predecessor?.finished ?? new Set());
    const hands: Hands = { parts, run, writer, totals, meter, jobs, stop };
    const outcome = await guardWriter(writer, async () => {
      await takeOver(hands);
      meter.start(model);
      return await work(hands);
    });
    const planned = jobs.exhausted ? jobs.met : plannedSamples(plan);
    const computed = outcome.whole ? compute(run, totals) : null;
    const connections = model.connections.history;
    const header = toLogHeader(start, totals, { ...outcome, computed, planned, connections });
    await writer.finish(header, (computed?.reductions ?? []) as EvalReduction[]);
    return summarize(hands, outcome, computed, planned);
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
async function takeOver({ parts, writer, totals, meter }: Hands): Promise<void> {
  const { predecessor } = parts;
  if (!predecessor) return;
  const wanted = (one: { id: number | string; epoch: number }): boolean =>
    predecessor.finished.has(toSampleEntry(one.id, one.epoch));
  for await (const stored of predecessor.log.storedSamples(wanted)) {
    await writer.copySample(stored);
    totals.add(stored.summary);
    meter.reused++;
  }
  await writer.publish();
}

async function work(hands: Hands): Promise<Outcome> {
  const { parts, run, totals, jobs } = hands;
  const { errors, maxSamples } = parts.plan;
  try {
    await workThrough(jobs.jobs(), maxSamples, (job) => workOn(hands, job));
  } catch (error) {
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

async function workOn({ parts, run, writer, totals, meter, stop }: Hands, job: SampleJob): Promise<void> {
  meter.inFlight++;
  let sample: EvalSample;
  try {
    sample = await runSample(run, job.sample, job.epoch);
    await writer.writeSample(sample);
  } finally {
    meter.inFlight--;
  }
  totals.add(sample, sample.output?.choices[0]?.stop_reason);
  const { errors } = parts.plan;
  if (!sample.error || errors.continueOnFail || !isTooMany(totals.failed, meter.total, errors)) return;
  const ended = new RunEnded(sample.error);
  stop.abort(ended);
  throw ended;
}

/** Ends a run because of failed samples. */
class RunEnded extends Error {
  readonly sampleError: LogError;
  constructor(sampleError: LogError) {
    super(sampleError.message);
    this.sampleError = sampleError;
  }
}

/** Null when no sample has a score. */
function compute(run: TaskRun, totals: RunTotals): ComputedResults | null {
  if (totals.scored.length === 0) return null;
  return computeResults(run.scorers, totals.scored, run.plan.epochsReducer);
}

function summarize(
  { parts, writer, totals }: Hands,
  outcome: Outcome,
  computed: ComputedResults | null,
  planned: number,
): RunSummary {
  const metrics: Record<string, number> = {};
  for (const score of computed?.scores ?? []) {
    for (const metric of Object.values(score.metrics)) metrics[`${score.name}/${metric.name}`] = metric.value;
  }
  return {
    logPath: writer.path,
    status: outcome.status,
    task: parts.plan.name,
    model: parts.plan.model,
    metrics,
    accounting: totals.accounting(planned),
    ...(outcome.error ? { error: outcome.error.message } : {}),
  };
}
