import { createHash } from 'node:crypto';
import { EVAL_LOG_VERSION, type EvalLogHeader, type EvalLogStart, type EvalSample } from '@assay/spec';
import { createLogWriter } from '../log/log-writer.ts';

/** A run as another program's files tell it; each format is read into this. */
export interface ImportedRun {
  /** What the files are, e.g. `lm-eval`. */
  format: string;
  task: string;
  model: string;
  /** ISO time; null when the files do not say. */
  created: string | null;
  dataset: string | null;
  /** Version of the program that made the files, when they say. */
  engine: { name: string; version: string } | null;
  settings: Record<string, unknown>;
  metrics: { scorer: string; name: string; value: number }[];
  samples: EvalSample[];
  /** Samples in all, when the files say. */
  total: number | null;
  /** What a log of our own would hold and these files do not, in words. */
  missing: string[];
}

/** Writes an imported run as a log; what is missing stands in it under `eval.metadata.assay.imported`. */
export async function writeImportedRun(run: ImportedRun, path: string): Promise<void> {
  const created = run.created ?? '1970-01-01T00:00:00+00:00';
  const names = [...new Set(run.metrics.map((one) => one.scorer))];
  const id = createHash('sha256').update(JSON.stringify(run)).digest('base64url').slice(0, 22);
  const { format, missing, engine } = run;
  const start: EvalLogStart = {
    version: EVAL_LOG_VERSION,
    eval: {
      eval_id: id,
      run_id: id,
      created,
      task: run.task,
      task_id: id,
      task_version: 0,
      dataset: { name: run.dataset, location: run.dataset, samples: run.total ?? run.samples.length },
      model: run.model,
      model_generate_config: run.settings,
      model_args: {},
      config: { epochs: 1 },
      packages: engine ? { [engine.name]: engine.version } : {},
      metadata: { assay: { imported: { format, missing } } },
      scorers: names.map((name) => ({ name, options: {} })),
    },
    plan: { name: 'plan', steps: [], config: {} },
  };
  const writer = await createLogWriter(path, start, { hidden: true });
  try {
    for (const sample of run.samples) await writer.writeSample(sample);
    await writer.finish(toHeader(start, run, names), []);
  } catch (error) {
    await writer.abandon().catch(() => undefined);
    throw error;
  }
}

function toHeader(start: EvalLogStart, run: ImportedRun, names: string[]): EvalLogHeader {
  const total = run.total ?? run.samples.length;
  const scores = names.map((scorer) => {
    const own = run.metrics.filter((one) => one.scorer === scorer);
    const metrics = own.map(({ name, value }) => [name, { name, value, params: {} }]);
    return { name: scorer, scorer, params: {}, metrics: Object.fromEntries(metrics) };
  });
  return {
    ...start,
    status: 'success',
    results: { total_samples: total, completed_samples: total, scores },
    stats: { started_at: start.eval.created, completed_at: start.eval.created, model_usage: {} },
  };
}
