import { createHash } from 'node:crypto';
import { canonicalJson, type EvalLogHeader, type RunSettings, toRunSettings } from '@assay/spec';

/** SHA-256, hexadecimal, of which model is run how. */
export function planDigest(model: string, settings: RunSettings): string {
  return createHash('sha256').update(canonicalJson({ model, settings })).digest('hex');
}

/** What a log says was run, if it says so. Pure. */
export function settingsOfLog(header: EvalLogHeader): RunSettings | null {
  const assay = header.eval.metadata?.assay as { plan?: unknown } | undefined;
  return toRunSettings(assay?.plan);
}

/** The columns of `record.evidence` by which a log is found that carries a plan out. Pure. */
export function planColumns(header: EvalLogHeader): { planDigest: string | null; runAt: Date | null } {
  const settings = settingsOfLog(header);
  const at = Date.parse(header.eval.created ?? '');
  return {
    planDigest: settings && planDigest(header.eval.model, settings),
    runAt: Number.isNaN(at) ? null : new Date(at),
  };
}
