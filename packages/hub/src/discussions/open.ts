import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import type { Quarantine } from '../git/quarantine.ts';
import { healRepo } from '../index/heal.ts';
import { isOvertaken, type ReceiveOutcome, receive } from '../receive/receive.ts';
import { createTurns } from '../receive/turns.ts';
import type { Repo } from '../repos/repo.ts';
import { announce } from '../webhooks/announce.ts';
import { addCommitEvents, insertDiscussion } from './insert-discussion.ts';
import { claimNextNumber, claimNumber, peekNumber } from './numbers.ts';
import { cleanText, cleanTitle } from './texts.ts';

export interface NewPullRequest {
  repo: Repo;
  actor: Actor;
  title: string;
  description: string;
  /** Branch to merge into, `refs/heads/main`. */
  baseRef: string;
  /** Commit that `refs/pr/N` begins at; in the quarantine or in the repo. */
  head: string;
  /** A draft has no commits of its own yet. */
  status: 'open' | 'draft';
  /** Stays the caller's. */
  quarantine: Quarantine;
}

export type OpenedPullRequest = { ok: true; num: number } | Exclude<ReceiveOutcome, { ok: true }>;

/** A number is lost to another process, or to a discussion, that was quicker; that happens a few times in a row. */
const maxAttempts = 100;

/** Those who wait here would all try the same number, and all but one of them for nothing. */
const inTurn = createTurns();

/**
 * Opens a pull request: number, ref, opening comment, commits and index rows in one transaction.
 * @throws HubError `invalid-input`, `revision-not-found` when the base branch is missing, what `receive` throws
 */
export async function openPullRequest(ctx: HubContext, wanted: NewPullRequest): Promise<OpenedPullRequest> {
  const fresh = { ...wanted, title: cleanTitle(wanted.title), description: cleanText(wanted.description) };
  return inTurn(wanted.repo.id, () => openAsNext(ctx, fresh));
}

async function openAsNext(ctx: HubContext, wanted: NewPullRequest): Promise<OpenedPullRequest> {
  for (let attempt = 1; ; attempt += 1) {
    const num = await peekNumber(ctx.db, wanted.repo.id);
    try {
      const outcome = await openAs(ctx, wanted, num);
      return outcome.ok ? { ok: true, num } : outcome;
    } catch (error) {
      if (!isOvertaken(error) || attempt === maxAttempts) throw error;
      if ((await peekNumber(ctx.db, wanted.repo.id)) === num) await healNow(ctx, wanted.repo);
    }
  }
}

async function openAs(ctx: HubContext, fresh: NewPullRequest, num: number): Promise<ReceiveOutcome> {
  const { repo, actor, head, quarantine } = fresh;
  const git = ctx.git.reader(repo.id);
  const base = await git.resolve(fresh.baseRef);
  if (base === null) throw new HubError('revision-not-found', `there is no branch ${fresh.baseRef}`);
  return receive(ctx, {
    repo,
    actor,
    via: 'create',
    updates: [{ ref: `refs/pr/${num}`, old: null, new: head }],
    quarantine,
    async inTransaction(tx) {
      await claimNumber(tx, repo.id, num);
      const { title, description, status, baseRef } = fresh;
      const authorId = actor.id;
      const id = await insertDiscussion(tx, {
        repoId: repo.id,
        num,
        title,
        description,
        status,
        authorId,
        baseRef,
      });
      await addCommitEvents(tx, git, { discussionId: id, head, base, authorId });
      await announce(ctx, tx, repo, { action: 'create', scope: 'discussion', discussion: id });
    },
  });
}

/** The ref of a number nobody took is what a lost transaction left: finish it, then go on with the next number. */
async function healNow(ctx: HubContext, repo: Repo): Promise<void> {
  await ctx.db.tx(async (tx) => {
    await tx.lockRepo(repo.id);
    await healRepo(ctx, tx, repo);
  });
}

export interface NewThread extends Pick<NewPullRequest, 'repo' | 'actor' | 'title' | 'description'> {
  /** Rows that must stand or fall with it. */
  inTransaction?(tx: Tx, discussion: { id: string; num: number }): Promise<void>;
}

/** Starts a discussion; answers its number. @throws HubError `invalid-input`, and what `inTransaction` throws */
export async function openDiscussion(ctx: HubContext, wanted: NewThread): Promise<number> {
  const { repo, actor } = wanted;
  const [title, description] = [cleanTitle(wanted.title), cleanText(wanted.description)];
  return ctx.db.tx(async (tx) => {
    const num = await claimNextNumber(tx, repo.id);
    if ((await ctx.git.reader(repo.id).resolve(`refs/pr/${num}`)) !== null) {
      throw new HubError(
        'in-use',
        'a pull request of this number is still being healed; try again in a minute',
      );
    }
    const fresh = { repoId: repo.id, num, title, description, authorId: actor.id };
    const id = await insertDiscussion(tx, { ...fresh, status: 'open', baseRef: null });
    await wanted.inTransaction?.(tx, { id, num });
    await announce(ctx, tx, repo, { action: 'create', scope: 'discussion', discussion: id });
    return num;
  });
}
