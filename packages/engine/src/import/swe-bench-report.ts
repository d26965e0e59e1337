import type { EvalSample } from '@assay/spec';
import { emptyRun, type Fields, list, missing, toSample } from './foreign-fields.ts';
import type { ImportedRun } from './foreign-run.ts';

/** A report of SWE-bench: each instance is a sample: resolved, not resolved, or in error. */
export function readSweBench(file: Fields): ImportedRun[] {
  const ids = (name: string): string[] => list(file[name]).map(String);
  const resolved = new Set(ids('resolved_ids'));
  const errors = new Set(ids('error_ids'));
  const all = [...new Set([...resolved, ...ids('unresolved_ids'), ...ids('empty_patch_ids'), ...errors])];
  const total = Number(file.total_instances);
  const samples = all.map((id): EvalSample => {
    const value = resolved.has(id) ? 'C' : 'I';
    const failed = errors.has(id) ? 'the harness says only that it failed' : null;
    return toSample(id, { input: id, scores: failed ? {} : { swe_bench: { value } }, error: failed });
  });
  const metrics = total > 0 ? [{ scorer: 'swe_bench', name: 'resolved', value: resolved.size / total }] : [];
  return [
    {
      ...emptyRun('swe-bench', 'swe-bench', null),
      metrics,
      samples,
      total,
      completed: all.length - errors.size,
      // The report is made of what has been run; instances that never were count in its denominator.
      ended: true,
      missing: [missing.prompts, missing.revision, missing.patches],
    },
  ];
}
