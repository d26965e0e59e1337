import { canonicalJson } from './canonical-json.ts';

/** What of a run's plan decides its number, apart from the model: JSON, ready to be compared and digested. */
export type RunSettings = Record<string, unknown>;

interface Plan {
  dataset?: { id?: unknown; commit?: unknown; config?: unknown; split?: unknown };
  [key: string]: unknown;
}

const settled = [
  'task',
  'modelRoles',
  'generate',
  'epochs',
  'epochsReducer',
  'range',
  'sampleIds',
  'templates',
  'profile',
];

/**
 * The comparable part of an engine's plan: dataset commit, task, settings, samples, texts and rules. Left out is what
 * changes no answer (connections, prices, tags), what differs from attempt to attempt (seed), and the model.
 * @param plan `eval.metadata.assay.plan` of a log, or a plan not run yet: untrusted
 * @returns null when it is no plan of a published benchmark: then nothing can be compared with it
 */
export function toRunSettings(plan: unknown): RunSettings | null {
  if (typeof plan !== 'object' || plan === null) return null;
  const { dataset, ...rest } = plan as Plan;
  const { id, commit, config, split } = dataset ?? {};
  if (typeof id !== 'string' || typeof commit !== 'string') return null;
  const kept = Object.fromEntries(
    settled.flatMap((key) => (rest[key] === undefined ? [] : [[key, rest[key]]])),
  );
  return JSON.parse(canonicalJson({ ...kept, dataset: { id, commit, config, split } })) as RunSettings;
}
