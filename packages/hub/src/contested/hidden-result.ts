import type { ClosingReason } from '@assay/spec';
import { isClosingReason } from '@assay/spec';
import type { ApiAct } from '../leaderboards/act-list.ts';
import { toToldResult } from '../leaderboards/gone-result.ts';
import type { ApiResult } from '../leaderboards/to-result-row.ts';

/** A result that was public and is on no board any more, told from the record. */
export interface HiddenResult {
  result: ApiResult;
  /** `withdrawn`: by whoever submitted it, or with the file it stood in. `contested`: somebody else closed it. */
  how: 'contested' | 'withdrawn';
  why: ClosingReason | 'changed' | 'removed' | 'repo-deleted' | 'repo-private' | 'redacted';
  /** The reason in words, where one was given. */
  words?: string;
  by?: string;
  /** When it left the boards. */
  at: string;
  submitter?: string;
  /** What whoever submitted it answered. */
  replies: { by?: string; at: string; text: string }[];
}

/** Pure. @param acts of this result, oldest first, at least one, with that which changed it into another */
export function toHiddenResult(id: string, acts: ApiAct[]): HiddenResult {
  const submitter = acts.find((act) => act.resultId === id)?.actor;
  const replies = acts.filter((act) => act.kind === 'replied');
  const end = acts.findLast((act) => act.kind !== 'replied')!;
  const words = end.detail.reason;
  return {
    result: toToldResult(id, acts),
    how: end.kind === 'closed' && end.actor !== submitter ? 'contested' : 'withdrawn',
    why: whyOf(id, end),
    ...(typeof words === 'string' && words !== '' && { words }),
    ...(end.actor !== undefined && { by: end.actor }),
    at: end.at,
    ...(submitter !== undefined && { submitter }),
    replies: replies.map(({ actor, at, detail }) => ({
      ...(actor !== undefined && { by: actor }),
      at,
      text: typeof detail.text === 'string' ? detail.text : '',
    })),
  };
}

function whyOf(id: string, end: ApiAct): HiddenResult['why'] {
  if (end.detail.redacted === true) return 'redacted';
  if (end.resultId !== id) return 'changed';
  if (end.kind === 'closed') return isClosingReason(end.detail.closing) ? end.detail.closing : 'unstated';
  if (end.kind === 'deleted') return end.detail.repoDeleted === true ? 'repo-deleted' : 'removed';
  return 'repo-private';
}
