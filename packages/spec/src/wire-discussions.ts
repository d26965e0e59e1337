import type { ClosingReason } from './closing.ts';
import type { RepoType } from './ids.ts';

export type WireDiscussionStatus = 'draft' | 'open' | 'closed' | 'merged';

/** An author whose account is gone is left out: null crashes Python's client. */
export interface WireDiscussionAuthor {
  name: string;
  type?: 'user' | 'org';
  fullname?: string;
  avatarUrl?: string;
  /** Ours: the hub of which this is a name, where the words were mirrored from there. */
  origin?: string;
}

export interface WireDiscussionRow {
  num: number;
  title: string;
  status: WireDiscussionStatus;
  isPullRequest: boolean;
  createdAt: string;
  author?: WireDiscussionAuthor;
  repo: { name: string; type: RepoType };
  numComments?: number;
  pinned?: boolean;
  locked?: boolean;
}

/** `count` is the number of rows that match the filters, `start` the index of the first one here. */
export interface WireDiscussionList {
  discussions: WireDiscussionRow[];
  count: number;
  start: number;
  numClosedDiscussions: number;
}

interface WireEventBase {
  /** Lowercase hex: Python's client lowercases it before using it in an address. */
  id: string;
  createdAt: string;
  author?: WireDiscussionAuthor;
}

export interface WireCommentData {
  edited: boolean;
  hidden: boolean;
  hiddenBy?: string;
  latest: { raw: string; html: string; updatedAt: string; author?: { name: string } };
  history: unknown[];
  numEdits: number;
}

export type WireDiscussionEvent =
  | (WireEventBase & { type: 'comment'; data: WireCommentData })
  | (WireEventBase & {
      type: 'status-change';
      data: { status: WireDiscussionStatus; reason?: string; closing?: ClosingReason };
    })
  | (WireEventBase & { type: 'commit'; data: { subject: string; oid: string } })
  | (WireEventBase & { type: 'title-change'; data: { from: string; to: string } })
  | (WireEventBase & { type: 'pinning-change'; data: { pinned: boolean } })
  /** Ours: a maintainer decided about a benchmark. The Hub's clients keep types they do not know. */
  | (WireEventBase & { type: 'standing-change'; data: { standing: string; reason?: string } });

/** `GET …/discussions/{n}`. For a pull request `changes` and `filesWithConflicts` are required. */
export interface WireDiscussionDetails extends WireDiscussionRow {
  events: WireDiscussionEvent[];
  changes?: { base: string; mergeCommitId?: string };
  /** True when there are conflicts that cannot be listed. */
  filesWithConflicts?: string[] | true;
  diff?: string;
}

export interface WireCreatedDiscussion {
  num: number;
  url: string;
  pullRequest: boolean;
}
