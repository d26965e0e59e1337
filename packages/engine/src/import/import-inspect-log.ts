import { basename, join } from 'node:path';
import type { EvalLogHeader } from '@assay/spec';
import { copyLog } from '../log/convert-log.ts';
import { openLog } from '../log/open-log.ts';

/**
 * Copies a log of Inspect (`.eval`, `.json`) that comes from elsewhere, and notes in it what it does not say.
 * @returns where it is now, and what is missing
 * @throws EngineError what opening a log throws; `log-exists`
 */
export async function importInspectLog(
  from: string,
  logDir: string,
): Promise<{ path: string; missing: string[] }> {
  const log = await openLog(from);
  try {
    const told = await log.header();
    const missing = toGaps(told);
    const assay = {
      ...(told.eval.metadata?.assay as object | undefined),
      imported: { format: 'inspect', file: basename(from), missing },
    };
    const header: EvalLogHeader = {
      ...told,
      eval: { ...told.eval, metadata: { ...told.eval.metadata, assay } },
    };
    const path = join(logDir, basename(from).replace(/\.json$/, '.eval'));
    await copyLog(log, header, path);
    return { path, missing };
  } finally {
    await log.close();
  }
}

function toGaps({ eval: spec, results, status }: EvalLogHeader): string[] {
  const plan = (spec.metadata?.assay as { plan?: unknown } | undefined)?.plan;
  return [
    ...(plan || /@[0-9a-f]{40}(\/|$)/.test(spec.task) ? [] : ['the revision of the dataset, as a commit']),
    ...(spec.packages?.inspect_ai || plan ? [] : ['the version of the engine']),
    ...(results ? [] : ['results']),
    ...(status === 'success' ? [] : [`a regular end: its status is "${status}"`]),
    ...(spec.config.log_samples === false ? ['the samples'] : []),
  ];
}
