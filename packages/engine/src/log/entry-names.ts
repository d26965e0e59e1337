/** The members of a `.eval` file. */

export const START_ENTRY = '_journal/start.json';
export const HEADER_ENTRY = 'header.json';
export const SUMMARIES_ENTRY = 'summaries.json';
export const REDUCTIONS_ENTRY = 'reductions.json';

export function toSampleEntry(id: number | string, epoch: number): string {
  return `samples/${id}_epoch_${epoch}.json`;
}

export function isSampleEntry(name: string): boolean {
  return name.startsWith('samples/') && name.endsWith('.json');
}

/** `k` counts from 1. */
export function toJournalSummariesEntry(k: number): string {
  return `_journal/summaries/${k}.json`;
}

/** The `k` of a journal's summaries member; null for any other member. */
export function parseJournalSummariesEntry(name: string): number | null {
  const found = /^_journal\/summaries\/(\d+)\.json$/.exec(name);
  return found ? Number(found[1]) : null;
}

/** Log file name as Inspect makes it: `{created}_{task}_{task id}.{format}`, safe in every file system. */
export function toLogFileName(
  created: string,
  task: string,
  taskId: string,
  format: 'eval' | 'json',
): string {
  const clean = (text: string): string => text.replaceAll(/[:+]/g, '-');
  const taskPart = clean(task).replaceAll(/[^\p{L}\p{N}.=-]+/gu, '-');
  return `${clean(created)}_${taskPart}_${taskId}.${format}`;
}
