import { type EvalLogHeader, isCommitId } from '@assay/spec';
import { fileAddress } from './addresses.ts';
import { toCount } from './quantities.ts';

/** What a log's header says about how a score came to be, for reading. Absent: the log does not say. */
export interface LogFacts {
  solvers: { name: string; detail: string }[];
  scorers: { name: string; detail: string }[];
  model?: string;
  baseUrl?: string;
  settings: string[];
  engine?: string;
  profile?: string;
  templates?: string;
  status: string;
  samples?: number;
  completed?: number;
  startedAt?: string;
  completedAt?: string;
  tokens?: number;
  /** The dataset, with the resolved commit where the log has it. */
  dataset?: string;
  /** Where on this hub that revision is to be seen, if the dataset is here. */
  datasetPath?: string;
  /** Whether our engine planned the run: then whatever differs from the benchmark's definition is in the setup. */
  planned: boolean;
  /** What became of the planned samples: `1,319 planned`, `1,300 scored`, … */
  accounting: string[];
}

interface TemplateNotes {
  name: string;
  version: string;
  digest: string;
}

/** Our engine's own notes (`eval.metadata.assay`, `results.metadata.assay`); other engines have none. */
interface AssayNotes {
  plan?: {
    dataset?: { id: string; commit: string | null };
    templates?: TemplateNotes;
    profile?: string;
    engine?: string;
  };
  accounting?: Record<string, number>;
}

export function toLogFacts(log: EvalLogHeader): LogFacts {
  const { eval: spec, plan, results, stats } = log;
  const { plan: noted } = notesOf(spec.metadata);
  const { accounting } = notesOf(results?.metadata);
  return {
    solvers: (plan?.steps ?? []).map((step) => ({
      name: step.solver,
      detail: toPairs(step.params_passed ?? step.params),
    })),
    scorers: (spec.scorers ?? []).map((scorer) => ({ name: scorer.name, detail: toPairs(scorer.options) })),
    model: spec.model,
    baseUrl: spec.model_base_url ?? undefined,
    settings: settingsOf({ ...spec.model_generate_config, ...plan?.config }),
    engine: toNames(spec.packages),
    profile: noted?.profile,
    templates: toTemplates(noted?.templates),
    status: log.status,
    samples: results?.total_samples ?? spec.dataset?.samples ?? undefined,
    completed: results?.completed_samples,
    startedAt: stats?.started_at || spec.created,
    completedAt: stats?.completed_at || undefined,
    tokens: tokensOf(stats?.model_usage),
    dataset: noted?.dataset?.commit
      ? `${noted.dataset.id}@${noted.dataset.commit}`
      : (spec.dataset?.location ?? spec.dataset?.name ?? undefined),
    datasetPath: toDatasetPath(noted?.dataset),
    planned: noted !== undefined && noted !== null,
    accounting: toAccounting(accounting),
  };
}

/** `name: value` of every setting that is set. */
function settingsOf(config: Record<string, unknown>): string[] {
  return Object.entries(config)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => `${name.replaceAll('_', ' ')}: ${toText(value)}`);
}

function toDatasetPath(dataset: { id: string; commit: string | null } | undefined): string | undefined {
  const known = dataset && /^[\w.-]+\/[\w.-]+$/.test(dataset.id) && isCommitId(String(dataset.commit));
  return known ? fileAddress('dataset', dataset.id, 'tree', String(dataset.commit), '') : undefined;
}

/** Fates of samples in the order in which they are told; the hub's database keeps no order of keys. */
const FATES = ['planned', 'scored', 'failed', 'refused', 'unparsed', 'excluded', 'unscored', 'missing'];

function toAccounting(counts: Record<string, number> = {}): string[] {
  return FATES.filter((fate) => Number(counts[fate]) > 0).map(
    (fate) => `${toCount(Number(counts[fate]))} ${fate}`,
  );
}

function toPairs(values: Record<string, unknown> | undefined): string {
  return settingsOf(values ?? {}).join(', ');
}

/** Whoever uploads a log may write anything into its notes. */
function notesOf(metadata: Record<string, unknown> | null | undefined): AssayNotes {
  const notes = metadata?.assay;
  return typeof notes === 'object' && notes !== null ? notes : {};
}

function toTemplates(templates: TemplateNotes | undefined): string | undefined {
  return templates && `${templates.name} ${templates.version} (${String(templates.digest).slice(0, 19)}…)`;
}

function toNames(packages: Record<string, string> | undefined): string | undefined {
  const entries = Object.entries(packages ?? {});
  return entries.length > 0 ? entries.map(([name, version]) => `${name} ${version}`).join(', ') : undefined;
}

function tokensOf(usage: Record<string, { total_tokens: number }> | undefined): number | undefined {
  const rows = Object.values(usage ?? {});
  return rows.length > 0 ? rows.reduce((sum, row) => sum + (row.total_tokens ?? 0), 0) : undefined;
}

function toText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
