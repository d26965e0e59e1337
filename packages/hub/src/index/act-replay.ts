import { parseNotes, setupClass } from '@assay/spec';
import type { ActKind, Stand } from './act-diff.ts';

/** One row of `record.acts`, as far as replaying needs it. */
export interface PastAct {
  kind: ActKind;
  resultId: string;
  pullRequest: number | null;
  filename: string;
  datasetId: string;
  taskId: string;
  commitOid: string | null;
  entry: Record<string, unknown>;
  detail: Record<string, unknown>;
}

/** What stands where after these acts, oldest first: the record's own account, to hold against the index. */
export function toStands(acts: Iterable<PastAct>): Stand[] {
  const scopes = new Map<number, Map<string, Stand>>();
  const scopeOf = (number: number) => {
    const known = scopes.get(number) ?? new Map<string, Stand>();
    scopes.set(number, known);
    return known;
  };
  for (const act of acts) {
    if (act.kind === 'replied') continue;
    const number = act.kind === 'merged' ? 0 : (act.pullRequest ?? 0);
    const scope = scopeOf(number);
    if (act.kind === 'merged' && act.pullRequest !== null) scopeOf(act.pullRequest).delete(act.resultId);
    const previous = typeof act.detail.previous === 'string' ? act.detail.previous : act.resultId;
    const closed = act.kind === 'closed' || (act.kind === 'changed' && scope.get(previous)?.closed === true);
    scope.delete(previous);
    if (act.kind === 'deleted') scope.delete(act.resultId);
    else scope.set(act.resultId, toStand(act, number, closed));
  }
  return [...scopes.values()].flatMap((scope) =>
    [...scope.values()].map((stand, position) => ({ ...stand, position })),
  );
}

function toStand(act: PastAct, scope: number, closed: boolean): Stand {
  const notes = typeof act.entry.notes === 'string' ? act.entry.notes : undefined;
  return {
    resultId: act.resultId,
    scope,
    closed,
    filename: act.filename,
    position: 0,
    datasetId: act.datasetId,
    taskId: act.taskId,
    setupClass: setupClass(parseNotes(notes).setup),
    commitOid: act.commitOid ?? '',
    entry: act.entry,
  };
}
