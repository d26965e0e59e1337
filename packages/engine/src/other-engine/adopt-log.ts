import { basename, join } from 'node:path';
import type { EvalLogHeader, EvalReduction } from '@assay/spec';
import type { LogReader } from '../log/log-reader.ts';
import { createLogWriter } from '../log/log-writer.ts';
import { openLog } from '../log/open-log.ts';
import type { RunSummary } from '../run/run-summary.ts';
import { RunTotals } from '../run/run-totals.ts';
import type { RunPlan } from '../task/run-plan.ts';

/** Who made a log, when it was not this engine; stands in it under `eval.metadata.assay.engine`. */
export interface LoggedEngine {
  /** As Python calls the package: `inspect_ai`, `lighteval`. */
  name: string;
  version: string;
  /** Whether its rules are those that the plan's profile names for this engine too. */
  sameRules: boolean;
}

/**
 * Writes an engine's log into a folder as a log of a run of ours: samples byte for byte, what was planned and who ran
 * it in its metadata. The log appears whole.
 * @param plan null when the engine was not run by a plan of ours
 */
export async function adoptLog(
  from: string,
  to: { logDir: string; plan: RunPlan | null; engine: LoggedEngine },
): Promise<RunSummary> {
  const log = await openLog(from);
  try {
    const header = toAdopted(await log.header(), to);
    const logPath = join(to.logDir, basename(from));
    const totals = await copyLog(log, header, logPath);
    return toSummary(header, totals, logPath);
  } finally {
    await log.close();
  }
}

function toAdopted(
  header: EvalLogHeader,
  { plan, engine }: { plan: RunPlan | null; engine: LoggedEngine },
): EvalLogHeader {
  const { eval: spec } = header;
  const assay = { ...(plan ? { plan } : {}), engine };
  const dataset = plan
    ? { ...spec.dataset, name: plan.dataset.id, location: plan.dataset.id }
    : { ...spec.dataset };
  return {
    ...header,
    // A log without an end says `started`: its engine is gone, so nothing will follow.
    status: header.status === 'started' ? 'error' : header.status,
    eval: {
      ...spec,
      ...(plan ? { task: plan.name, dataset } : {}),
      packages: { ...spec.packages, [engine.name]: engine.version },
      metadata: { ...plan?.metadata, ...spec.metadata, assay },
    },
  };
}

async function copyLog(log: LogReader, header: EvalLogHeader, path: string): Promise<RunTotals> {
  const { version, plan } = header;
  const writer = await createLogWriter(path, { version, eval: header.eval, plan }, { hidden: true });
  const totals = new RunTotals();
  try {
    for await (const stored of log.storedSamples(() => true)) {
      await writer.copySample(stored);
      totals.add(stored.summary);
    }
    await writer.finish(header, (await log.reductions()) as EvalReduction[]);
    return totals;
  } catch (error) {
    await writer.abandon().catch(() => undefined);
    throw error;
  }
}

function toSummary(header: EvalLogHeader, totals: RunTotals, logPath: string): RunSummary {
  const { results, eval: spec } = header;
  const { engine } = spec.metadata!.assay as { engine: LoggedEngine };
  const metrics: Record<string, number> = {};
  for (const score of results?.scores ?? []) {
    for (const metric of Object.values(score.metrics)) metrics[`${score.name}/${metric.name}`] = metric.value;
  }
  const epochs = typeof spec.config.epochs === 'number' ? spec.config.epochs : 1;
  const planned = results?.total_samples ?? (spec.dataset.sample_ids?.length ?? totals.done) * epochs;
  return {
    logPath,
    status: header.status,
    task: spec.task,
    model: spec.model,
    metrics,
    accounting: totals.accounting(Math.max(planned, totals.done)),
    engine: `${engine.name} ${engine.version}`,
    ...(header.error ? { error: header.error.message } : {}),
  };
}
