import type { WireDiscussionDetails } from '@assay/spec';
import { showsRedacted, takenAway } from '../contested/redact-objects.ts';
import type { HubContext } from '../context.ts';
import type { Repo } from '../repos/repo.ts';
import { findConflicts } from './conflicts.ts';
import { type Discussion, requireDiscussion } from './discussion.ts';
import { loadEvents } from './events.ts';
import { toWireEvent, toWireRow } from './to-wire.ts';

/** Longer diffs are cut; the whole change is in git. Bytes. */
const maxDiff = 1024 * 1024;

export interface DetailsWish {
  repo: Repo;
  num: number;
  diff: boolean;
  /** Whether the reader may read files: a diff shows them. */
  content: boolean;
}

/** Everything about one discussion. @throws HubError `not-found` */
export async function readDetails(ctx: HubContext, wish: DetailsWish): Promise<WireDiscussionDetails> {
  const { repo } = wish;
  const discussion = await requireDiscussion(ctx, repo, wish.num);
  const events = await loadEvents(ctx.db, discussion.id);
  const details = { ...toWireRow(discussion, repo), events: events.map(toWireEvent) };
  if (!discussion.isPullRequest) return details;
  const { baseRef, mergeCommit } = discussion;
  const range = await rangeOf(ctx, repo, discussion);
  const undecided = discussion.status === 'open' || discussion.status === 'draft';
  return {
    ...details,
    changes: { base: baseRef ?? 'refs/heads/main', ...(mergeCommit && { mergeCommitId: mergeCommit }) },
    filesWithConflicts: undecided && range ? await findConflicts(ctx, repo.id, range) : [],
    ...(wish.diff && wish.content && range && { diff: await diffOf(ctx, repo, range) }),
  };
}

/** The branch and the pull request's head; of a merged one, the branch as it was before. */
async function rangeOf(
  ctx: HubContext,
  repo: Repo,
  discussion: Discussion,
): Promise<{ base: string; head: string } | null> {
  const git = ctx.git.reader(repo.id);
  const head = await git.resolve(`refs/pr/${discussion.num}`);
  // A mirrored one may name a commit that its origin has lost.
  const merged = discussion.mergeCommit === null ? null : await git.resolve(discussion.mergeCommit);
  const merge = merged === null ? null : await git.commit(merged);
  const base = merge ? (merge.parents[0] ?? null) : await git.resolve(discussion.baseRef ?? '');
  return head === null || base === null ? null : { base, head };
}

async function diffOf(ctx: HubContext, repo: Repo, range: { base: string; head: string }): Promise<string> {
  const git = ctx.git.reader(repo.id);
  const from = (await git.mergeBase(range.base, range.head)) ?? range.base;
  if (from === range.head) return '';
  if (await showsRedacted(ctx, repo.id, { from, to: range.head })) return `(${takenAway})\n`;
  const { text, truncated } = await git.diff(from, range.head, maxDiff);
  return truncated ? `${text}\n(cut after ${maxDiff} bytes)\n` : text;
}
