import { formatNotes, parseNotes, setupClass } from '@assay/spec';
import type { ApiAct } from './act-list.ts';
import type { ApiResult } from './to-result-row.ts';

/** A result that no file holds any more, told from the record. */
export interface GoneResult extends ApiResult {
  /** What became of it. */
  gone: 'changed' | 'deleted';
  /** Id of the result it was changed into. */
  replacedBy?: string;
}

/** Pure. @param acts of this result, oldest first, at least one */
export function toGoneResult(id: string, acts: ApiAct[]): GoneResult {
  const told = acts.findLast((act) => act.resultId === id) ?? acts[0]!;
  const replacement = acts.findLast((act) => act.detail.previous === id);
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
    gone: replacement ? 'changed' : 'deleted',
    ...(replacement && { replacedBy: replacement.resultId }),
  };
}

function isSource(source: unknown): source is { url: string } {
  return typeof source === 'object' && source !== null && 'url' in source && typeof source.url === 'string';
}
