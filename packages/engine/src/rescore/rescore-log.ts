import type { EvalLogHeader, EvalReduction, EvalSample, EvalScore, LogScore } from '@assay/spec';
import { EngineError } from '../engine-error.ts';
import type { LogReader } from '../log/log-reader.ts';
import { createLogWriter, type WrittenReduction } from '../log/log-writer.ts';
import { createCostLedger } from '../run/cost-ledger.ts';
import { toEvalScore } from '../run/log-parts.ts';
import { ModelSet, type OpenModel } from '../run/model-set.ts';
import { RunTotals } from '../run/run-totals.ts';
import { SampleRecorder } from '../run/sample-recorder.ts';
import { addUsage } from '../run/usage.ts';
import { workThrough } from '../run/worker-pool.ts';
import type { SemanticsContext, Step } from '../semantics/context.ts';
import { SemanticsError } from '../semantics/error.ts';
import { semanticsProfile, type TemplateSet } from '../semantics/prompts.ts';
import { computeResults } from '../semantics/results.ts';
import { createScorers, type Scorer } from '../semantics/scorer.ts';
import { unscored } from '../semantics/scores.ts';
import type { TaskState } from '../semantics/state.ts';
import { engineVersion } from '../task/create-plan.ts';
import { type LoggedTask, toLoggedScorers, toLoggedState, toLoggedTask } from './logged-state.ts';

export interface RescoreRequest {
  /** Where the log with the new scores goes; must be free. */
  path: string;
  /** Null: those of the log itself. */
  scorers: Step[] | null;
  /** Whether new scores stand beside the ones there are, or instead of them. */
  action: 'append' | 'overwrite';
  /** Models of scorers that ask one, e.g. `grader`. */
  modelRoles?: Record<string, string[]>;
  /** Samples scored at a time. */
  parallel?: number;
}

export interface RescoreServices {
  templates: TemplateSet;
  openModel: OpenModel;
  signal?: AbortSignal;
  onSample?(done: number): void;
}

export interface RescoreSummary {
  /** By scorer and metric. */
  metrics: Record<string, number>;
  scored: number;
  /** Samples that ended in an error, and were left as they are. */
  failed: number;
}

/**
 * Scores the samples of a log again, without the model that answered. Samples pass through one by one, so that memory
 * does not grow with the log. What a scorer cannot judge becomes unscored, with the reason.
 * @throws EngineError `log-unfinished`; SemanticsError for scorers and arguments that do not exist
 */
export async function rescoreLog(
  log: LogReader,
  request: RescoreRequest,
  services: RescoreServices,
): Promise<RescoreSummary> {
  const header = await log.header();
  if (header.status === 'started') {
    throw new EngineError('log-unfinished', 'the log is not finished', {
      hint: 'finish the run with assay eval-retry, or close the log with assay log recover',
    });
  }
  const steps = request.scorers ?? toLoggedScorers(header);
  const kept = request.action === 'append' ? await readKept(log, header) : noScores;
  const models = new ModelSet(services.openModel, () => undefined);
  const desk = new ScoringDesk({
    steps,
    task: toLoggedTask(header),
    taken: [...kept.names],
    request,
    services,
    models,
  });
  const totals = new RunTotals();
  const { version, plan } = header;
  const spec = { ...header.eval, scorers: [...kept.specs, ...desk.specs] };
  const writer = await createLogWriter(request.path, { version, eval: spec, plan }, { hidden: true });
  try {
    await workThrough(log.samples(), request.parallel ?? 4, async (sample) => {
      services.signal?.throwIfAborted();
      const scored = await desk.score(sample, request.action);
      await writer.writeSample(scored);
      totals.add(scored);
      services.onSample?.(totals.done);
    });
    const reducers = (header.eval.config.epochs_reducer as string[] | undefined) ?? null;
    const computed = computeResults(desk.scorers, totals.scored, reducers);
    const planned = header.results?.total_samples ?? totals.done;
    const scores = [...kept.scores, ...computed.scores.map(toEvalScore)];
    const reductions = [...kept.reductions, ...(computed.reductions as WrittenReduction[])];
    await writer.finish(
      toHeader({ ...header, eval: spec }, { scores, planned, totals, steps }, services),
      reductions,
    );
    return { metrics: toMetrics(computed.scores), scored: totals.completed, failed: totals.failed };
  } catch (error) {
    await writer.abandon().catch(() => undefined);
    throw error;
  } finally {
    await models.close();
  }
}

interface Kept {
  names: string[];
  specs: NonNullable<EvalLogHeader['eval']['scorers']>;
  scores: EvalScore[];
  reductions: EvalReduction[];
}

const noScores: Kept = { names: [], specs: [], scores: [], reductions: [] };

async function readKept(log: LogReader, header: EvalLogHeader): Promise<Kept> {
  const scores = header.results?.scores ?? [];
  const specs = header.eval.scorers ?? [];
  const names = [...specs.map((one) => one.name), ...scores.map((one) => one.name)];
  return { names, specs, scores, reductions: await log.reductions() };
}

interface DeskParts {
  steps: Step[];
  task: LoggedTask;
  taken: string[];
  request: RescoreRequest;
  services: RescoreServices;
  models: ModelSet;
}

/** Scores one sample after the other; judges are asked on the sample's own account. */
class ScoringDesk {
  readonly scorers: Scorer[];
  readonly specs: Kept['specs'];
  readonly #task: LoggedTask;
  readonly #recorders = new Map<TaskState, SampleRecorder>();

  constructor({ steps, task, taken, request, services, models }: DeskParts) {
    const signal = services.signal ?? new AbortController().signal;
    const context: SemanticsContext = {
      templates: services.templates,
      modelsForRole: (role) => request.modelRoles?.[role] ?? [],
      callModel: (state, { model, role, messages, config }) => {
        if (model === null) {
          throw new SemanticsError('missing-argument', 'this scorer asks a model, and none is named', {
            hint: 'give --model-role grader=PROVIDER/MODEL',
          });
        }
        return this.#recorders.get(state)!.call(models.get(model), messages, config ?? {}, signal, role);
      },
    };
    this.#task = task;
    this.scorers = createScorers(steps, context).map((one) => ({ ...one, name: freeName(one.name, taken) }));
    this.specs = this.scorers.map(({ name, metrics }, at) => ({
      name,
      options: steps[at]!.args,
      metrics: metrics.map((metric) => ({ name: metric.name, options: metric.params ?? {} })),
      metadata: {},
    }));
  }

  async score(sample: EvalSample, action: RescoreRequest['action']): Promise<EvalSample> {
    if (sample.error) return sample;
    const state = toLoggedState(sample, this.#task);
    const recorder = new SampleRecorder(sample.epoch, createCostLedger({}));
    const scores: Record<string, LogScore> = action === 'append' ? { ...sample.scores } : {};
    this.#recorders.set(state, recorder);
    try {
      for (const scorer of this.scorers)
        scores[scorer.name] = { ...(await judge(scorer, state)), history: [] };
    } finally {
      this.#recorders.delete(state);
    }
    const scored: EvalSample = { ...sample, scores };
    for (const [field, used] of [
      ['model_usage', recorder.usage],
      ['role_usage', recorder.roleUsage],
    ] as const) {
      const sums = structuredClone(sample[field] ?? {});
      for (const [name, usage] of Object.entries(used)) addUsage(sums, name, usage);
      scored[field] = sums;
    }
    return scored;
  }
}

async function judge(scorer: Scorer, state: TaskState): Promise<LogScore> {
  try {
    return (await scorer.score(state, state.target)) as LogScore;
  } catch (error) {
    if (!(error instanceof SemanticsError) || error.code === 'missing-argument') throw error;
    return unscored('scoring_failed', { explanation: `${error.code}: ${error.message}` }) as LogScore;
  }
}

function freeName(name: string, taken: string[]): string {
  let free = name;
  for (let count = 1; taken.includes(free); count += 1) free = `${name}${count}`;
  taken.push(free);
  return free;
}

interface Ending {
  scores: EvalScore[];
  planned: number;
  totals: RunTotals;
  steps: Step[];
}

/** The old header with the new results; under which rules they were made is noted beside the plan. */
function toHeader(header: EvalLogHeader, ending: Ending, services: RescoreServices): EvalLogHeader {
  const { scores, planned, totals, steps } = ending;
  const { name, version, digest } = services.templates;
  const assay = (header.eval.metadata?.assay ?? {}) as { rescored?: object[] };
  const note = {
    at: new Date().toISOString(),
    scorers: steps,
    profile: semanticsProfile,
    engine: engineVersion,
    templates: { name, version, digest },
  };
  const metadata = {
    ...header.eval.metadata,
    assay: { ...assay, rescored: [...(assay.rescored ?? []), note] },
  };
  const results = {
    ...header.results,
    total_samples: planned,
    completed_samples: totals.completed,
    scores,
    metadata: {
      ...header.results?.metadata,
      assay: { ...(header.results?.metadata?.assay as object), accounting: totals.accounting(planned) },
    },
  };
  return { ...header, eval: { ...header.eval, metadata }, results };
}

function toMetrics(scores: { name: string; metrics: Record<string, { name: string; value: number }> }[]) {
  const metrics: Record<string, number> = {};
  for (const score of scores) {
    for (const metric of Object.values(score.metrics)) metrics[`${score.name}/${metric.name}`] = metric.value;
  }
  return metrics;
}
