import { parseNotes, setupClass } from '@assay/spec';
import { ProofError } from './error.ts';
import type { ResultPredicate } from './statement.ts';

/**
 * Throws unless an entry says what the statement says: this model, benchmark, task, revision, setup, and the very number.
 * Names are compared without regard to case, as the Hub does.
 * @param entry as its file writes it, as JSON
 * @throws ProofError `other-…`, one code for each member
 */
export function assertEntrySays(
  predicate: ResultPredicate,
  model: string,
  entry: Record<string, unknown>,
): void {
  const { benchmark, metric, setup } = predicate;
  const dataset = (typeof entry.dataset === 'object' ? entry.dataset : null) as Record<
    string,
    unknown
  > | null;
  const differs = (what: string, said: unknown, meant: unknown) =>
    `the entry is about ${what} ${JSON.stringify(said)}, the statement about ${JSON.stringify(meant)}`;
  const same = (a: unknown, b: string) => typeof a === 'string' && a.toLowerCase() === b.toLowerCase();
  if (!same(model, predicate.model.repo))
    throw new ProofError('other-model', differs('model', model, predicate.model.repo));
  if (!same(dataset?.id, benchmark.dataset))
    throw new ProofError('other-dataset', differs('benchmark', dataset?.id, benchmark.dataset));
  if (dataset?.task_id !== benchmark.task)
    throw new ProofError('other-task', differs('task', dataset?.task_id, benchmark.task));
  if (dataset?.revision !== benchmark.commit)
    throw new ProofError('other-revision', differs('revision', dataset?.revision, benchmark.commit));
  if (entry.value !== metric.reported)
    throw new ProofError('other-value', differs('value', entry.value, metric.reported));
  const notes = typeof entry.notes === 'string' ? entry.notes : undefined;
  if (setupClass(parseNotes(notes).setup) !== setupClass(parseNotes(setup.text).setup))
    throw new ProofError('other-setup', differs('setup', notes ?? '', setup.text));
}
