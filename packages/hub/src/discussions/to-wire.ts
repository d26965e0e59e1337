import {
  toWireDate,
  type WireCommentData,
  type WireDiscussionAuthor,
  type WireDiscussionEvent,
  type WireDiscussionRow,
} from '@assay/spec';
import type { Repo } from '../repos/repo.ts';
import type { Discussion } from './discussion.ts';
import type { CommentData, StoredEvent } from './events.ts';

/** Ours to the Hub's spelling. Pure. */
export function toWireRow(discussion: Discussion, repo: Pick<Repo, 'fullName' | 'type'>): WireDiscussionRow {
  return {
    num: discussion.num,
    title: discussion.title,
    status: discussion.status,
    isPullRequest: discussion.isPullRequest,
    createdAt: toWireDate(discussion.createdAt),
    ...authorOf(discussion.author),
    repo: { name: repo.fullName, type: repo.type },
    numComments: Math.max(0, discussion.numComments - 1), // the opening text is no answer to itself
    pinned: discussion.pinned,
  };
}

export function toWireEvent(event: StoredEvent): WireDiscussionEvent {
  const base = { id: event.id, createdAt: toWireDate(event.createdAt), ...authorOf(event.author) };
  if (event.type !== 'comment') return { ...base, type: event.type, data: event.data } as WireDiscussionEvent;
  return { ...base, type: 'comment', data: toWireComment(event.data, event) };
}

function toWireComment(data: CommentData, event: StoredEvent): WireCommentData {
  const raw = data.hidden ? '' : data.raw;
  return {
    edited: data.editedAt !== undefined,
    hidden: data.hidden,
    latest: {
      raw,
      html: toHtml(raw),
      updatedAt: data.editedAt ?? toWireDate(event.createdAt),
      ...(event.author && { author: { name: event.author.name } }),
    },
    history: data.hidden
      ? []
      : data.history.map(({ raw: old, until }) => ({ raw: old, html: toHtml(old), updatedAt: until })),
    numEdits: data.history.length,
  };
}

/** Left out when the account is gone: null crashes Python's client. */
function authorOf(author: StoredEvent['author']): { author?: WireDiscussionAuthor } {
  if (!author) return {};
  return {
    author: {
      name: author.name,
      type: author.kind,
      fullname: author.fullname || author.name,
      avatarUrl: '',
      ...(author.origin && { origin: author.origin }),
    },
  };
}

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Paragraphs and line ends, everything else escaped: rendering markdown is the pages' trade, and theirs alone. */
function toHtml(raw: string): string {
  const escaped = raw.replace(/[&<>"']/g, (sign) => escapes[sign]!);
  const paragraphs = escaped.split(/\n{2,}/).filter((text) => text.trim() !== '');
  return paragraphs.map((text) => `<p>${text.trim().replaceAll('\n', '<br>')}</p>`).join('');
}
