import { createHash } from 'node:crypto';
import { EVAL_LOG_VERSION, type EvalLogHeader, type EvalLogStart } from '@assay/spec';
import { createLogWriter } from '../log/log-writer.ts';
import { toIsoSecond } from '../run/log-parts.ts';
import { missing as gaps } from './foreign-fields.ts';
import type { ImportedRun } from './foreign-run.ts';

/** All that is missing: what the format never holds, and what these files happen not to say. */
export function toMissing(run: ImportedRun): string[] {
  const also = [
    ...(run.model === null ? [gaps.model] : []),
    ...(run.created === null ? [gaps.date] : []),
    ...(run.ended ? [] : [gaps.end]),
    ...(run.total === null ? ['the number of samples'] : []),
    ...(run.total !== null && run.completed === null ? ['how many samples were completed'] : []),
    ...(run.metrics.length === 0 ? [gaps.metrics] : []),
    ...(run.dataset === null ? ['the dataset'] : []),
    ...(Object.keys(run.settings).length === 0 ? [gaps.settings] : []),
  ];
  return [...new Set([...run.missing, ...also])];
}

/**
 * Writes an imported run as a log; what is missing stands in it under `eval.metadata.assay.imported`. A time that is not
 * known is left empty (the log's own, `created`, is when it was written), and a run whose end nothing shows has the
 * status of one without an end.
 */
export async function writeImportedRun(run: ImportedRun, path: string, file: string): Promise<void> {
  const names = [...new Set(run.metrics.map((one) => one.scorer))];
  const { samples, ...told } = run;
  const id = createHash('sha256')
    .update(JSON.stringify([told, file]))
    .digest('base64url')
    .slice(0, 22);
  const { format, engine } = run;
  const start: EvalLogStart = {
    version: EVAL_LOG_VERSION,
    eval: {
      eval_id: id,
      run_id: id,
      created: run.created ?? toIsoSecond(new Date()),
      task: run.task,
      task_id: id,
      task_version: 0,
      dataset: { name: run.dataset, location: run.dataset, samples: run.total },
      model: run.model ?? 'unknown',
      model_generate_config: run.settings,
      model_args: {},
      config: {},
      packages: engine ? { [engine.name]: engine.version } : {},
      metadata: { assay: { imported: { format, file, engine, date: run.created, missing: toMissing(run) } } },
      scorers: names.map((name) => ({ name, options: {} })),
    },
    plan: { name: 'plan', steps: [], config: {} },
  };
  const writer = await createLogWriter(path, start, { hidden: true });
  const count = { all: 0, failed: 0 };
  try {
    for await (const sample of samples) {
      await writer.writeSample(sample);
      count.all++;
      if (sample.error) count.failed++;
    }
    await writer.finish(toHeader(start, run, count), []);
  } catch (error) {
    await writer.abandon().catch(() => undefined);
    throw error;
  }
}

function toHeader(
  start: EvalLogStart,
  run: ImportedRun,
  count: { all: number; failed: number },
): EvalLogHeader {
  const names = [...new Set(run.metrics.map((one) => one.scorer))];
  const scores = names.map((scorer) => {
    const own = run.metrics.filter((one) => one.scorer === scorer);
    const metrics = own.map(({ name, value }) => [name, { name, value, params: {} }]);
    return { name: scorer, scorer, params: {}, metrics: Object.fromEntries(metrics) };
  });
  const date = run.created ?? '';
  return {
    ...start,
    status: run.ended ? 'success' : 'started',
    results: {
      total_samples: run.total ?? count.all,
      // Where neither a count nor samples came, nothing says that any failed.
      completed_samples: run.completed ?? (count.all === 0 ? (run.total ?? 0) : count.all - count.failed),
      scores,
    },
    stats: { started_at: date, completed_at: date, model_usage: {} },
  };
}
