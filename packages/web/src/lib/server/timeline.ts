import type { ClosingReason, WireDiscussionEvent } from '@assay/spec';
import { HIDING_LABELS } from '../closing.ts';
import { toHtml } from './markdown.ts';

/** An event of a discussion as its page shows it; comments are already HTML. */
export interface TimelineItem {
  id: string;
  type: string;
  at: string;
  author: string | null;
  /** Host of the hub where the author has an account, when it is another one. */
  elsewhere: string | null;
  html?: string;
  hidden?: boolean;
  status?: string;
  standing?: string;
  reason?: string;
  /** Which of the stated reasons a closing gave. */
  closing?: string;
  subject?: string;
  oid?: string;
  from?: string;
  to?: string;
}

export function toTimeline(events: WireDiscussionEvent[]): TimelineItem[] {
  return events.map((event, at) => ({
    id: event.id,
    type: event.type,
    at: event.createdAt,
    author: event.author?.name ?? null,
    elsewhere: hostOf(event.author?.origin),
    ...toDetail(event, events.slice(0, at)),
  }));
}

function hostOf(origin: string | undefined): string | null {
  return URL.parse(origin ?? '')?.host ?? null;
}

function toDetail(event: WireDiscussionEvent, before: WireDiscussionEvent[]): Partial<TimelineItem> {
  switch (event.type) {
    case 'comment':
      return { html: toHtml(event.data.latest.raw), hidden: event.data.hidden };
    case 'status-change':
      return toStatusDetail(event.data, before);
    case 'pinning-change':
      return {};
    default:
      return event.data;
  }
}

/** A closing's reason often stands in the comment just before it: once is enough. */
function toStatusDetail(
  data: { status: string; reason?: string; closing?: ClosingReason },
  before: WireDiscussionEvent[],
): Partial<TimelineItem> {
  const last = before.at(-1);
  const said =
    (last?.type === 'comment' && last.data.latest.raw.trim() === data.reason?.trim()) ||
    (last?.type === 'standing-change' && last.data.reason === data.reason);
  const closed = before.findLast((event) => event.type === 'status-change')?.data.status === 'closed';
  return {
    status: data.status === 'open' && closed ? 'reopened' : data.status,
    ...(said ? {} : { reason: data.reason }),
    ...(data.closing && { closing: HIDING_LABELS[data.closing] }),
  };
}
