import { formatNotes, parseNotes, setupClass } from '@assay/spec';
import type { ApiAct } from './act-list.ts';
import type { ApiResult } from './to-result-row.ts';

/** A result that no file shows any more, told from the record. */
export interface GoneResult extends ApiResult {
  /** What became of it; `hidden`: its model is private now, or its repo gone with all it held. */
  gone: 'changed' | 'deleted' | 'hidden';
  /** Id of the result it was changed into. */
  replacedBy?: string;
}

/** Pure. @param acts of this result, oldest first, at least one */
export function toGoneResult(id: string, acts: ApiAct[]): GoneResult {
  const replacement = acts.findLast((act) => act.detail.previous === id);
  const last = acts.findLast((act) => act.kind !== 'replied')!;
  const gone = replacement ? 'changed' : last.kind === 'deleted' ? 'deleted' : 'hidden';
  return { ...toToldResult(id, acts), gone, ...(replacement && { replacedBy: replacement.resultId }) };
}

/** The result as the record tells it, wherever it stands. Pure. @param acts of this result, oldest first, at least one */
export function toToldResult(id: string, acts: ApiAct[]): ApiResult {
  const told = acts.findLast((act) => act.resultId === id && act.kind !== 'replied') ?? acts[0]!;
  const { value, notes, source, date, dataset } = told.entry;
  const text = typeof notes === 'string' ? notes : undefined;
  const { setup } = parseNotes(text);
  const revision = (dataset as { revision?: unknown } | undefined)?.revision;
  return {
    id,
    model: told.model,
    modelAuthor: told.model.split('/')[0] ?? '',
    dataset: told.dataset,
    taskId: told.taskId,
    ...(typeof revision === 'string' && { revision }),
    value: Number(value),
    valueText: String(value),
    standing: 'closed',
    ...(told.pullRequest !== undefined && { pullRequest: told.pullRequest }),
    filename: told.filename,
    commit: told.commit ?? '',
    date:
      typeof date === 'string' && !Number.isNaN(Date.parse(date)) ? new Date(date).toISOString() : told.at,
    dateInferred: typeof date !== 'string',
    ...(isSource(source) && { source }),
    ...(text !== undefined && { notes: text }),
    setup,
    setupText: formatNotes(setup),
    setupClass: setupClass(setup),
  };
}

function isSource(source: unknown): source is { url: string } {
  return typeof source === 'object' && source !== null && 'url' in source && typeof source.url === 'string';
}
