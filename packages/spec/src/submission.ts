import type { EvalLogHeader, EvalMetric, EvalScore } from './eval-log.ts';
import { parseEvalResults } from './eval-results.ts';
import { parseNotes } from './notes.ts';
import { appendEntry, replaceEntry } from './result-edit.ts';
import type { NewEntry } from './result-yaml.ts';
import type { RunFacts } from './run-facts.ts';
import { formatNotes, setupClass } from './setup.ts';
import { SubmissionError } from './submission-error.ts';

/** How the benchmark writes a task's value: from leaderboard.yaml, where there is one. */
export interface ValueRule {
  metric?: string;
  unit?: 'fraction' | 'percent' | 'points';
}

/** Decimals of a written value. Six tell any two counts apart up to a hundred thousand samples. */
const DECIMALS = 6;

/** The metric that a log's entry is about, and what the entry writes of it. */
export interface ClaimedMetric {
  name: string;
  /** The scorer it counts. */
  scorer: string;
  /** As the log has it. */
  value: number;
  /** As an entry writes it: rounded, in the benchmark's unit. */
  reported: number;
}

/**
 * The metric that leaderboard.yaml names, else accuracy, else the first that is no error estimate. In percent only where
 * leaderboard.yaml says so; otherwise as the log has it.
 * @throws SubmissionError `log-unfit`
 */
export function toClaimedMetric(header: EvalLogHeader, rule: ValueRule): ClaimedMetric {
  const metrics = (header.results?.scores ?? []).flatMap((score) =>
    Object.values(score.metrics).map((metric): [EvalScore, EvalMetric] => [score, metric]),
  );
  const named = metrics.find(([, metric]) => metric.name === rule.metric);
  if (rule.metric !== undefined && !named) {
    throw new SubmissionError(
      'log-unfit',
      `the log has no metric "${rule.metric}", which the benchmark's leaderboard.yaml asks for`,
    );
  }
  const found =
    named ??
    metrics.find(([, metric]) => metric.name === 'accuracy') ??
    metrics.find(([, metric]) => !/^(std|stderr|var|ci)/.test(metric.name));
  if (!found || !Number.isFinite(found[1].value)) {
    throw new SubmissionError('log-unfit', 'the log holds no finite metric to submit', {
      hint: 'was it scored?',
    });
  }
  const [score, { name, value }] = found;
  const digits = rule.unit === 'percent' ? DECIMALS - 2 : DECIMALS;
  const reported = Number((rule.unit === 'percent' ? value * 100 : value).toFixed(digits));
  return { name, scorer: score.scorer, value, reported };
}

/** The value that a log claims, as an entry writes it. @throws SubmissionError `log-unfit` */
export function toValue(header: EvalLogHeader, rule: ValueRule): number {
  return toClaimedMetric(header, rule).reported;
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
    ...(facts.date === undefined ? {} : { date: facts.date }),
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
 * @throws SubmissionError `benchmark-invalid` when the file on the hub does not parse
 */
export function editResultFile(text: string | null, entry: NewEntry): FileEdit {
  if (text === null) return { kind: 'written', text: appendEntry(null, entry) };
  const parsed = parseEvalResults(text);
  if (!parsed.ok) {
    throw new SubmissionError(
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
