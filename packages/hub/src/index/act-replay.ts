import { parseNotes, setupClass } from '@assay/spec';
import type { ActKind, Stand } from './act-diff.ts';

/** What an act says of where results stand. */
export interface PlacingAct {
  kind: ActKind;
  resultId: string;
  pullRequest: number | null;
  /** Of an act that replaced a result by this one. */
  previous: unknown;
}

/** One row of `record.acts`, as far as replaying needs it. */
export interface PastAct extends PlacingAct {
  filename: string;
  datasetId: string;
  taskId: string;
  commitOid: string | null;
  entry: Record<string, unknown>;
}

/** A result at a place, by the record's own account. */
export interface RecordedPlace<A extends PlacingAct> {
  /** The last act that moved it. */
  act: A;
  scope: number;
  closed: boolean;
}

/** Where results stand after these acts, oldest first. */
export function toPlaces<A extends PlacingAct>(acts: Iterable<A>): RecordedPlace<A>[] {
  const scopes = new Map<number, Map<string, RecordedPlace<A>>>();
  const scopeOf = (number: number) => {
    const known = scopes.get(number) ?? new Map<string, RecordedPlace<A>>();
    scopes.set(number, known);
    return known;
  };
  for (const act of acts) {
    if (act.kind === 'replied') continue;
    const number = act.kind === 'merged' ? 0 : (act.pullRequest ?? 0);
    const scope = scopeOf(number);
    if (act.kind === 'merged' && act.pullRequest !== null) scopeOf(act.pullRequest).delete(act.resultId);
    const previous = typeof act.previous === 'string' ? act.previous : act.resultId;
    const closed = act.kind === 'closed' || (act.kind === 'changed' && scope.get(previous)?.closed === true);
    scope.delete(previous);
    if (act.kind === 'deleted') scope.delete(act.resultId);
    else scope.set(act.resultId, { act, scope: number, closed });
  }
  return [...scopes.values()].flatMap((scope) => [...scope.values()]);
}

/** What stands where after these acts, oldest first: the record's own account, to hold against the index. */
export function toStands(acts: Iterable<PastAct>): Stand[] {
  const counts = new Map<number, number>();
  return toPlaces(acts).map(({ act, scope, closed }) => {
    const position = counts.get(scope) ?? 0;
    counts.set(scope, position + 1);
    const notes = typeof act.entry.notes === 'string' ? act.entry.notes : undefined;
    return {
      resultId: act.resultId,
      scope,
      closed,
      filename: act.filename,
      position,
      datasetId: act.datasetId,
      taskId: act.taskId,
      setupClass: setupClass(parseNotes(notes).setup),
      commitOid: act.commitOid ?? '',
      entry: act.entry,
    };
  });
}
