import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Operation } from '../git/commit-writer.ts';
import { GitError } from '../git/git-error.ts';
import type { Quarantine } from '../git/quarantine.ts';
import type { Repo } from '../repos/repo.ts';
import { toAuthor } from './author.ts';
import { isOvertaken, receive } from './receive.ts';
import { toHubError } from './refusal.ts';
import { inTurnOfRef } from './turns.ts';

/** A commit that somebody wants to make on top of a branch or a pull request. */
export interface WantedCommit {
  repo: Repo;
  actor: Actor;
  /** Full name: `refs/heads/main`, `refs/pr/3`. */
  ref: string;
  /** What the ref must hold, in full or abbreviated. Left out: the commit goes on top of whatever is there. */
  parent?: string;
  message: string;
  operations: AsyncIterable<Operation>;
}

/** Pushes, and other processes, may move the branch while a commit is on its way; so often it goes on top of theirs. */
const maxAttempts = 20;

/**
 * Makes a commit and moves the ref to it.
 * @returns the commit's oid
 * @throws HubError `revision-not-found`, `stale-ref` (the parent is not the head any more), `entry-not-found`,
 * `invalid-input`, `forbidden`, `conflict`
 */
export async function commitToRef(ctx: HubContext, wanted: WantedCommit): Promise<string> {
  const quarantine = await ctx.git.quarantine(wanted.repo.id);
  try {
    // Outside the turn: this reads from the client, who may be slow.
    const head = await headOf(ctx, wanted);
    const oid = await writeOperations(ctx, quarantine, { ...wanted, parent: head });
    return await inTurnOfRef(wanted.repo.id, wanted.ref, () => land(ctx, quarantine, wanted, { head, oid }));
  } finally {
    quarantine.discard();
  }
}

/** Moves the ref to a commit; where the ref has moved since, the commit is first made anew on top of what is there. */
async function land(
  ctx: HubContext,
  quarantine: Quarantine,
  wanted: WantedCommit,
  made: { head: string; oid: string },
): Promise<string> {
  const { repo, actor, ref } = wanted;
  let { head, oid } = made;
  for (let attempt = 1; ; attempt++) {
    const newer = await headOf(ctx, wanted);
    if (newer !== head) {
      const operations = repeatOn(quarantine, { from: head, to: oid, onto: newer });
      oid = await writeOperations(ctx, quarantine, { ...wanted, operations, parent: newer });
      head = newer;
    }
    try {
      const updates = [{ ref, old: head, new: oid }];
      const outcome = await receive(ctx, { repo, actor, via: 'commit', updates, quarantine });
      if (outcome.ok) return oid;
      throw toHubError(outcome.refused);
    } catch (error) {
      if (!isOvertaken(error) || attempt === maxAttempts) throw error;
    }
  }
}

async function headOf(ctx: HubContext, { repo, ref, parent }: WantedCommit): Promise<string> {
  const head = await ctx.git.reader(repo.id).ref(ref);
  if (head === null) throw new HubError('revision-not-found', `there is no ${ref}`);
  if (parent !== undefined && !head.startsWith(parent)) {
    throw new HubError('stale-ref', 'A commit has happened since. Please refresh and try again.');
  }
  return head;
}

/** The changes of one commit, to be made again on top of another. */
async function* repeatOn(
  quarantine: Quarantine,
  { from, to, onto }: { from: string; to: string; onto: string },
): AsyncGenerator<Operation> {
  for (const { path, new: now } of await quarantine.changedPaths(from, to)) {
    if (now) yield { kind: 'link', path, oid: now.oid, mode: now.mode };
    else if ((await quarantine.entry(onto, path))?.type === 'file')
      yield { kind: 'delete', path, what: 'file' };
  }
}

/**
 * Writes a commit into a quarantine; no ref moves.
 * @throws HubError `entry-not-found`, `invalid-input`
 */
export async function writeOperations(
  ctx: HubContext,
  quarantine: Quarantine,
  {
    actor,
    message,
    operations,
    parent,
  }: Pick<WantedCommit, 'actor' | 'message' | 'operations'> & { parent: string | null },
): Promise<string> {
  try {
    const author = toAuthor(actor);
    return await quarantine.makeCommit({ parent, operations, author, message, date: ctx.clock() });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if (error.code === 'path-missing')
      throw new HubError('entry-not-found', error.message, { commit: parent ?? undefined });
    if (error.code === 'bad-path') throw new HubError('invalid-input', error.message);
    throw error;
  }
}
