import type { WireDiscussionEvent } from '@assay/spec';
import { toHtml } from './markdown.ts';

/** An event of a discussion as its page shows it; comments are already HTML. */
export interface TimelineItem {
  id: string;
  type: string;
  at: string;
  author: string | null;
  html?: string;
  hidden?: boolean;
  status?: string;
  reason?: string;
  subject?: string;
  oid?: string;
  from?: string;
  to?: string;
}

export function toTimeline(events: WireDiscussionEvent[]): TimelineItem[] {
  return events.map((event) => ({
    id: event.id,
    type: event.type,
    at: event.createdAt,
    author: event.author?.name ?? null,
    ...toDetail(event),
  }));
}

function toDetail(event: WireDiscussionEvent): Partial<TimelineItem> {
  if (event.type === 'pinning-change') return {};
  if (event.type !== 'comment') return event.data;
  return { html: toHtml(event.data.latest.raw), hidden: event.data.hidden };
}
