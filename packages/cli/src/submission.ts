import type { EvalLogHeader, NewEntry } from '@assay/spec';
import {
  appendEntry,
  formatNotes,
  parseEvalResults,
  parseNotes,
  replaceEntry,
  setupClass,
} from '@assay/spec';
import { CliError } from './cli-error.ts';
import type { RunFacts } from './run-facts.ts';

/** How the benchmark writes a task's value: from leaderboard.yaml, where there is one. */
export interface ValueRule {
  metric?: string;
  unit?: 'fraction' | 'percent' | 'points';
}

/** Decimals of a written value. Six tell any two counts apart up to a hundred thousand samples. */
const DECIMALS = 6;

/**
 * The value that a log claims: the metric that leaderboard.yaml names, else accuracy, else the first that is no error
 * estimate. In percent only where leaderboard.yaml says so; otherwise as the log has it.
 * @throws CliError `log-unfit`
 */
export function toValue(header: EvalLogHeader, rule: ValueRule): number {
  const metrics = (header.results?.scores ?? []).flatMap((score) => Object.values(score.metrics));
  const named = rule.metric === undefined ? undefined : metrics.find((metric) => metric.name === rule.metric);
  if (rule.metric !== undefined && !named) {
    throw new CliError(
      'log-unfit',
      `the log has no metric "${rule.metric}", which the benchmark's leaderboard.yaml asks for`,
    );
  }
  const metric =
    named ??
    metrics.find((one) => one.name === 'accuracy') ??
    metrics.find((one) => !/^(std|stderr|var|ci)/.test(one.name));
  if (!metric || !Number.isFinite(metric.value)) {
    throw new CliError('log-unfit', 'the log holds no finite metric to submit', { hint: 'was it scored?' });
  }
  const digits = rule.unit === 'percent' ? DECIMALS - 2 : DECIMALS;
  return Number((rule.unit === 'percent' ? metric.value * 100 : metric.value).toFixed(digits));
}

/** Why a log must not be submitted as a full result, in words; empty when nothing speaks against it. */
export function toObjections(header: EvalLogHeader): string[] {
  const { status, results, invalidated } = header;
  const objections: string[] = [];
  if (status !== 'success') objections.push(`its status is "${status}", not "success"`);
  if (invalidated) objections.push('some of its samples were invalidated');
  if (!results) objections.push('it has no results');
  else if (results.completed_samples < results.total_samples) {
    const failed = results.total_samples - results.completed_samples;
    objections.push(`${failed} of its ${results.total_samples} samples failed`);
  }
  return objections;
}

export function toEntry(facts: RunFacts, value: number, source: { url: string; name: string }): NewEntry {
  const notes = formatNotes(facts.setup);
  return {
    dataset: { id: facts.dataset, taskId: facts.taskId, revision: facts.commit },
    value,
    date: facts.date,
    source,
    ...(notes === '' ? {} : { notes }),
  };
}

export type FileEdit =
  | { kind: 'written'; text: string; replaces?: string }
  /** The same run stands there already: nothing to do. */
  | { kind: 'present' };

/**
 * The result file with the entry in it. An entry of the same task and setup is replaced, others are left as they are,
 * to the byte.
 * @throws CliError `benchmark-invalid` when the file on the hub does not parse
 */
export function editResultFile(text: string | null, entry: NewEntry): FileEdit {
  if (text === null) return { kind: 'written', text: appendEntry(null, entry) };
  const parsed = parseEvalResults(text);
  if (!parsed.ok) {
    throw new CliError(
      'benchmark-invalid',
      `the result file on the hub has errors: ${parsed.issues[0]?.message}`,
    );
  }
  if (parsed.value.some((old) => old.source?.url === entry.source?.url && old.value === entry.value)) {
    return { kind: 'present' };
  }
  const wanted = setupClass(parseNotes(entry.notes).setup);
  const at = parsed.value.findIndex(
    (old) =>
      old.dataset.id.toLowerCase() === entry.dataset.id.toLowerCase() &&
      old.dataset.taskId === entry.dataset.taskId &&
      setupClass(parseNotes(old.notes).setup) === wanted,
  );
  if (at < 0) return { kind: 'written', text: appendEntry(text, entry) };
  return { kind: 'written', text: replaceEntry(text, at, entry), replaces: parsed.value[at]!.valueText };
}

/** `.eval_results/<benchmark>.yaml`: the last part of the dataset's name, as submitters usually call it. */
export function toResultPath(dataset: string): string {
  const name = dataset
    .split('/')
    .at(-1)!
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '_')
    .replaceAll('-', '_');
  return `.eval_results/${name}.yaml`;
}

/** A pull request's title and description, made of facts alone. */
export function describePullRequest(
  facts: RunFacts,
  entry: NewEntry,
): { title: string; description: string } {
  const rows = [
    ['Benchmark', `${facts.dataset} at \`${facts.commit.slice(0, 12)}\``],
    ['Task', facts.taskId],
    ['Value', String(entry.value)],
    ['Samples', `${facts.completed} of ${facts.planned} scored`],
    ['Model as called', `\`${facts.model}\``],
    ['Setup', entry.notes || "the benchmark's own"],
    ['Log', entry.source!.url],
  ];
  return {
    title: `Add result for ${facts.dataset} ${facts.taskId}: ${entry.value}`.slice(0, 200),
    description: rows.map(([key, text]) => `- ${key}: ${text}\n`).join(''),
  };
}
