import type { EvalSample, LogError, LogMessage, LogOutput, LogScore } from '@assay/spec';
import { CodedError } from '@assay/spec';
import { CallFailure } from '../model/model.ts';
import { mergeConfig } from '../semantics/generate-config.ts';
import type { Sample } from '../semantics/sample.ts';
import type { Score } from '../semantics/scores.ts';
import { type Generate, runSolvers, type Solver } from '../semantics/solver.ts';
import { createTaskState, type TaskState } from '../semantics/state.ts';
import { CostCeiling } from './cost-ledger.ts';
import type { SampleJob } from './sample-jobs.ts';
import { assertMayCall, assertMessages, assertSpent, LimitReached } from './sample-limits.ts';
import { SampleRecorder } from './sample-recorder.ts';
import { newShortId } from './short-id.ts';
import type { TaskRun } from './task-run.ts';

/** How one try at a sample ended. */
interface Try {
  state: TaskState;
  recorder: SampleRecorder;
  scores: Record<string, Score> | null;
  limit: LimitReached | null;
  error: LogError | null;
}

/**
 * Runs one sample in one epoch, once. A failure is a record, not an exception.
 * @throws the run's abort reason when the run is cancelled meanwhile, CostCeiling: then there is nothing to record
 */
export async function runSample(run: TaskRun, job: SampleJob): Promise<EvalSample> {
  const { sample, epoch } = job;
  const state = createTaskState(sample, epoch, run.model.name);
  const recorder = new SampleRecorder(epoch, run.ledger);
  const { time } = run.plan.limits;
  const signal = time ? AbortSignal.any([run.signal, AbortSignal.timeout(time * 1000)]) : run.signal;
  const tried: Try = { state, recorder, scores: null, limit: null, error: null };
  run.running.set(state, { recorder, signal });
  try {
    await solve(run, tried, signal);
    if (!tried.error || run.plan.errors.scoreOnError) await score(run, tried);
  } finally {
    run.running.delete(state);
  }
  return toEvalSample(sample, tried, job.failures);
}

async function solve(run: TaskRun, tried: Try, signal: AbortSignal): Promise<void> {
  const { limits } = run.plan;
  try {
    const solvers =
      limits.message === undefined ? run.solvers : run.solvers.map((one) => withinMessages(one, run));
    await runSolvers(solvers, tried.state, createGenerate(run, tried.recorder, signal));
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof CostCeiling) throw error;
    if (error instanceof LimitReached) tried.limit = error;
    else if (signal.aborted && limits.time) tried.limit = new LimitReached('time', limits.time);
    else tried.error = toLogError(error);
  }
}

function createGenerate(run: TaskRun, recorder: SampleRecorder, signal: AbortSignal): Generate {
  const { plan, model } = run;
  let turns = 0;
  return async (state, config) => {
    assertMayCall(state, recorder.spent(turns), plan.limits);
    turns++;
    const settings = config ? mergeConfig(plan.generate, config) : plan.generate;
    const output = await recorder.call(model, state.messages, settings, signal);
    assertSpent(recorder.spent(turns), plan.limits);
    state.messages.push(output.choices[0]!.message);
    state.output = output;
    return state;
  };
}

function withinMessages(solver: Solver, run: TaskRun): Solver {
  return {
    name: solver.name,
    async solve(state, generate) {
      const next = await solver.solve(state, generate);
      assertMessages(next, run.plan.limits);
      return next;
    },
  };
}

/** What the scorers before a failing one gave is kept and counts, as in Inspect; the sample has failed all the same. */
async function score(run: TaskRun, tried: Try): Promise<void> {
  const scores: Record<string, Score> = {};
  tried.scores = scores;
  try {
    for (const scorer of run.scorers)
      scores[scorer.name] = await scorer.score(tried.state, tried.state.target);
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof CostCeiling) throw error;
    tried.error ??= toLogError(error);
  }
}

/** The class of a failure stands in front of its message, and as `code` for programs. */
export function toLogError(error: unknown): LogError {
  const code =
    error instanceof CallFailure ? error.kind : error instanceof CodedError ? error.code : 'internal';
  const message = error instanceof Error ? error.message : String(error);
  const known = code !== 'internal';
  const traceback = known || !(error instanceof Error) ? '' : (error.stack ?? '');
  return { message: `${code}: ${message}`, traceback, traceback_ansi: traceback, code };
}

function toEvalSample(sample: Sample, tried: Try, failures: LogError[]): EvalSample {
  const { state, recorder } = tried;
  const logged: EvalSample = {
    id: sample.id,
    epoch: state.epoch,
    input: sample.input as EvalSample['input'],
    target: sample.target,
    messages: state.messages as LogMessage[],
    output: state.output as LogOutput,
    scores: tried.scores ? toLogScores(tried.scores) : {},
    metadata: sample.metadata ?? {},
    store: state.store,
    events: recorder.events,
    events_data: { messages: recorder.pool.messages, calls: [] },
    model_usage: recorder.usage,
    role_usage: recorder.roleUsage,
    started_at: recorder.startedAt.toISOString(),
    completed_at: new Date().toISOString(),
    total_time: recorder.totalTime(),
    working_time: recorder.workingTime(),
    uuid: newShortId(),
    error_retries: failures,
    attachments: {},
  };
  if (sample.choices) logged.choices = sample.choices;
  if (sample.description !== undefined) logged.description = sample.description;
  if (tried.error) logged.error = tried.error;
  if (tried.limit) logged.limit = { type: tried.limit.type, limit: tried.limit.limit };
  return logged;
}

function toLogScores(scores: Record<string, Score>): Record<string, LogScore> {
  return Object.fromEntries(Object.entries(scores).map(([name, one]) => [name, { ...one, history: [] }]));
}
