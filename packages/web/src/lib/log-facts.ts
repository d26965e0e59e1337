import type { EvalLogHeader } from '@assay/spec';

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
  dataset?: string;
}

export function toLogFacts(log: EvalLogHeader): LogFacts {
  const { eval: spec, plan, results, stats } = log;
  const about = { ...log.metadata, ...spec.metadata };
  return {
    solvers: (plan?.steps ?? []).map((step) => ({
      name: step.solver,
      detail: toPairs(step.params_passed ?? step.params),
    })),
    scorers: (spec.scorers ?? []).map((scorer) => ({ name: scorer.name, detail: toPairs(scorer.options) })),
    model: spec.model,
    baseUrl: spec.model_base_url ?? undefined,
    settings: settingsOf({ ...spec.model_generate_config, ...plan?.config }),
    engine: engineOf(spec.packages, about),
    profile: textOf(about, 'assay_profile', 'profile', 'semantics'),
    templates: textOf(about, 'assay_templates', 'templates', 'template_set'),
    status: log.status,
    samples: results?.total_samples ?? spec.dataset?.samples ?? undefined,
    completed: results?.completed_samples,
    startedAt: stats?.started_at || spec.created,
    completedAt: stats?.completed_at || undefined,
    tokens: tokensOf(stats?.model_usage),
    dataset: spec.dataset?.location ?? spec.dataset?.name ?? undefined,
  };
}

/** `name: value` of every setting that is set. */
export function settingsOf(config: Record<string, unknown>): string[] {
  return Object.entries(config)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => `${name.replaceAll('_', ' ')}: ${toText(value)}`);
}

function toPairs(values: Record<string, unknown> | undefined): string {
  return settingsOf(values ?? {}).join(', ');
}

function engineOf(
  packages: Record<string, string> | undefined,
  about: Record<string, unknown>,
): string | undefined {
  const named = textOf(about, 'assay_engine', 'engine');
  if (named) return named;
  const entries = Object.entries(packages ?? {});
  return entries.length > 0 ? entries.map(([name, version]) => `${name} ${version}`).join(', ') : undefined;
}

function textOf(about: Record<string, unknown>, ...keys: string[]): string | undefined {
  const value = keys.map((key) => about[key]).find((found) => found !== undefined && found !== null);
  return value === undefined ? undefined : toText(value);
}

function tokensOf(usage: Record<string, { total_tokens: number }> | undefined): number | undefined {
  const rows = Object.values(usage ?? {});
  return rows.length > 0 ? rows.reduce((sum, row) => sum + (row.total_tokens ?? 0), 0) : undefined;
}

function toText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
