import { isDeepStrictEqual } from 'node:util';
import type { EvalLogHeader, LogScoreValue } from '@assay/spec';
import type { LogReader } from '../log/log-reader.ts';

export interface LogDiff {
  /** What was run, where it differs. */
  settings: { name: string; left: unknown; right: unknown }[];
  metrics: { name: string; left: number | null; right: number | null }[];
  /** Samples whose scores differ, in the order of the left log. */
  samples: { id: number | string; epoch: number; left: Scores; right: Scores }[];
  same: number;
  onlyLeft: number;
  onlyRight: number;
}

/** Values by scorer; of a sample that ended in an error, its message under `error`. */
type Scores = Record<string, LogScoreValue>;

/** Compares what was run, the metrics, and each sample's scores. Holds the values of one log, no texts. */
export async function diffLogs(left: LogReader, right: LogReader): Promise<LogDiff> {
  const headers = [await left.header(), await right.header()] as const;
  const others = await readScores(right);
  const diff: LogDiff = {
    settings: compareFields(toSettings(headers[0]), toSettings(headers[1])),
    metrics: compareFields(toMetrics(headers[0]), toMetrics(headers[1])) as LogDiff['metrics'],
    samples: [],
    same: 0,
    onlyLeft: 0,
    onlyRight: 0,
  };
  for await (const { id, epoch, scores, error } of left.summaries()) {
    const key = `${id}\n${epoch}`;
    const other = others.get(key);
    others.delete(key);
    const own = toScores(scores, error);
    if (!other) diff.onlyLeft++;
    else if (isDeepStrictEqual(own, other)) diff.same++;
    else diff.samples.push({ id, epoch, left: own, right: other });
  }
  diff.onlyRight = others.size;
  return diff;
}

async function readScores(log: LogReader): Promise<Map<string, Scores>> {
  const found = new Map<string, Scores>();
  for await (const { id, epoch, scores, error } of log.summaries())
    found.set(`${id}\n${epoch}`, toScores(scores, error));
  return found;
}

function toScores(
  scores: Record<string, { value: LogScoreValue }> | null | undefined,
  error?: string | null,
): Scores {
  const values = Object.entries(scores ?? {}).map(([name, score]) => [name, score.value] as const);
  return { ...Object.fromEntries(values), ...(error ? { error } : {}) };
}

function toSettings({ eval: spec, plan, status }: EvalLogHeader): Record<string, unknown> {
  const own = spec.metadata?.assay as { plan?: Record<string, unknown> } | undefined;
  const { dataset, templates, profile, seed } = (own?.plan ?? {}) as Record<string, unknown>;
  return {
    status,
    task: spec.task,
    dataset: spec.dataset.location ?? spec.dataset.name ?? null,
    commit: (dataset as { commit?: string | null } | undefined)?.commit ?? null,
    model: spec.model,
    generate: spec.model_generate_config ?? {},
    solvers: plan.steps.map(({ solver, params }) => ({ solver, params })),
    scorers: (spec.scorers ?? []).map(({ name, options }) => ({ name, options })),
    epochs: spec.config.epochs ?? 1,
    templates: templates ?? null,
    profile: profile ?? null,
    seed: seed ?? null,
    packages: spec.packages ?? {},
  };
}

function toMetrics(header: EvalLogHeader): Record<string, number> {
  const values: Record<string, number> = {};
  for (const score of header.results?.scores ?? []) {
    const name = score.reducer ? `${score.name}/${score.reducer}` : score.name;
    for (const metric of Object.values(score.metrics)) values[`${name}/${metric.name}`] = metric.value;
  }
  return values;
}

function compareFields(left: Record<string, unknown>, right: Record<string, unknown>): LogDiff['settings'] {
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return names
    .filter((name) => !isDeepStrictEqual(left[name], right[name]))
    .map((name) => ({ name, left: left[name] ?? null, right: right[name] ?? null }));
}
