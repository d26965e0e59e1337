import type { EvalLogHeader } from '@assay/spec';
import type { LogReader } from '../log/log-reader.ts';
import { createLogWriter, type WrittenReduction } from '../log/log-writer.ts';
import { toEvalScore } from '../run/log-parts.ts';
import { RunTotals } from '../run/run-totals.ts';
import { SemanticsError } from '../semantics/error.ts';
import { assayTemplates } from '../semantics/prompts.ts';
import { computeResults } from '../semantics/results.ts';
import { createScorers, type Scorer } from '../semantics/scorer.ts';
import { plannedSamples } from '../task/create-plan.ts';
import type { RunPlan } from '../task/run-plan.ts';
import { toLoggedScorers } from './logged-state.ts';

export interface RecoveredLog {
  /** Samples the log holds. */
  samples: number;
  /** Samples that were planned and are not there, when the log says how many there should be. */
  missing: number | null;
}

/**
 * Closes the log of a run whose process died: every finished sample, results over what is there, status `error`. The
 * old log stays as it is. To go on with the run instead, retry it.
 */
export async function recoverLog(log: LogReader, path: string): Promise<RecoveredLog> {
  const header = await log.header();
  const { version, plan } = header;
  const totals = new RunTotals();
  const writer = await createLogWriter(path, { version, eval: header.eval, plan }, { hidden: true });
  try {
    for await (const stored of log.storedSamples(() => true)) {
      await writer.copySample(stored);
      totals.add(stored.summary);
    }
    const planned = countPlanned(header);
    const reducers = (header.eval.config.epochs_reducer as string[] | undefined) ?? null;
    const computed = computeResults(readScorers(header), totals.scored, reducers);
    const closed: EvalLogHeader = { ...header };
    if (header.status === 'started') {
      const message = 'run-died: the process that wrote this log ended before the run did';
      Object.assign(closed, { status: 'error', error: { message, traceback: '', traceback_ansi: '' } });
      closed.stats = { ...header.stats, completed_at: new Date().toISOString(), model_usage: totals.usage };
      closed.results = {
        total_samples: planned ?? totals.done,
        completed_samples: totals.completed,
        scores: computed.scores.map(toEvalScore),
        metadata: { assay: { accounting: totals.accounting(planned ?? totals.done) } },
      };
    }
    const reductions =
      header.status === 'started' ? (computed.reductions as WrittenReduction[]) : await log.reductions();
    await writer.finish(closed, reductions);
    return { samples: totals.done, missing: planned === null ? null : Math.max(0, planned - totals.done) };
  } catch (error) {
    await writer.abandon().catch(() => undefined);
    throw error;
  }
}

function countPlanned(header: EvalLogHeader): number | null {
  const own = (header.eval.metadata?.assay as { plan?: RunPlan } | undefined)?.plan;
  if (own) return plannedSamples(own);
  const { samples } = header.eval.dataset;
  return typeof samples === 'number' ? samples * Number(header.eval.config.epochs ?? 1) : null;
}

/** Scorers of other engines have no metrics here: their values stand in the samples. */
function readScorers(header: EvalLogHeader): Scorer[] {
  const context = {
    templates: assayTemplates,
    modelsForRole: () => [],
    callModel: () => Promise.reject(new Error('nothing is scored here')),
  };
  try {
    const scorers = createScorers(toLoggedScorers(header), context);
    return scorers.map((one, at) => ({ ...one, name: header.eval.scorers?.[at]?.name ?? one.name }));
  } catch (error) {
    if (error instanceof SemanticsError) return [];
    throw error;
  }
}
