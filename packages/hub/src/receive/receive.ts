import { accessOf } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { Sql, Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { GitError } from '../git/git-error.ts';
import type { Quarantine } from '../git/quarantine.ts';
import { pullRequestOf } from '../git/ref-names.ts';
import type { RefMover, RefUpdate } from '../git/ref-transaction.ts';
import { indexRefs } from '../index/index-refs.ts';
import { considerMaintenance } from '../repos/maintain-repo.ts';
import type { Repo } from '../repos/repo.ts';
import { refusalOfGit } from '../repos/storage-quota.ts';
import { announcePush } from '../webhooks/announce.ts';
import { recordPullRequestPush } from './pull-request-push.ts';
import { judgeRef, type RefQuestion, type Via } from './ref-rules.ts';
import { type Refusal, refuse } from './refusal.ts';
import { createTurns } from './turns.ts';
import { validateChanges } from './validate-changes.ts';

/** A wish to move refs of one repo to commits that lie in a quarantine, or in the repo already. */
export interface ReceiveRequest {
  repo: Repo;
  actor: Actor;
  via: Via;
  /** All move, or none. `old` is what the caller saw; null: the ref must not exist. */
  updates: RefUpdate[];
  /** Stays the caller's: discard it afterwards, whatever the outcome. */
  quarantine: Quarantine;
  /** Rows that must stand or fall with this move. Runs before the index does; no ref has moved yet. */
  inTransaction?(tx: Tx): Promise<void>;
}

export type ReceiveOutcome = { ok: true } | { ok: false; refused: Refusal[] };

const inTurn = createTurns();

/**
 * The one door for every change of refs. Nothing is visible before it has passed; when this resolves with `ok`, refs,
 * index and acts agree and are durable.
 *
 * @throws HubError `stale-ref` when a ref has another value than `old` says; what `inTransaction` throws. Nothing moved then.
 */
export async function receive(ctx: HubContext, request: ReceiveRequest): Promise<ReceiveOutcome> {
  const { repo, actor, via } = request;
  const measured = request.quarantine.bytes(); // once the disk has all of it
  measured.catch(() => {}); // awaited below, unless something else is refused first
  const question: RefQuestion = { repo, actor, via, access: await accessOf(ctx, actor, repo) };
  const refused =
    (await judgeRefs(ctx.db, question, request.updates)) ??
    (await judgeContent(ctx, request)) ??
    (await judgeRoom(ctx, request, await measured));
  if (refused) return { ok: false, refused };
  const progress = { moving: false };
  const mover = ctx.git.startRefMover(repo.id);
  // Asked of the pool before the transaction asks for a connection, so it never waits for one that waits for it.
  const announced = announce(ctx, request);
  announced.catch(() => {}); // awaited before a ref moves, unless something else fails first
  try {
    const application = { request, question, announced, newBytes: await measured, progress, mover };
    await inTurn(repo.id, () => ctx.db.tx((tx) => apply(ctx, tx, application)));
    // The push stands, whatever becomes of this: the next one looks again.
    await considerMaintenance(ctx, repo.id).catch((error) => ctx.log.error('maintenance not begun', error));
    return { ok: true };
  } catch (error) {
    // Once refs may have moved, the row stays: the sweep needs it to know whose act it heals.
    if (!progress.moving) {
      const pushId = await announced.catch(() => null);
      if (pushId !== null) await ctx.db.query('DELETE FROM record.pushes WHERE id = $1', [pushId]);
    }
    if (error instanceof RefusedInTurn) return { ok: false, refused: error.refused };
    if (error instanceof GitError && /^stale-/.test(error.code)) throw stale(error.message, error);
    throw error;
  } finally {
    mover.discard();
  }
}

/** Whether the same objects may be sent again: others moved the ref first, and nothing was taken out of the repo. */
export function isOvertaken(error: unknown): boolean {
  if (!(error instanceof HubError) || error.code !== 'stale-ref') return false;
  return !(error.cause instanceof GitError && error.cause.code === 'stale-objects');
}

class RefusedInTurn extends Error {
  readonly refused: Refusal[];

  constructor(refused: Refusal[]) {
    super('refused');
    this.refused = refused;
  }
}

async function judgeRefs(sql: Sql, question: RefQuestion, updates: RefUpdate[]): Promise<Refusal[] | null> {
  const refused: Refusal[] = [];
  for (const update of updates) {
    const refusal = await judgeRef(sql, question, update);
    if (refusal) refused.push(refusal);
  }
  return refused.length > 0 ? refused : null;
}

async function judgeRoom(ctx: HubContext, request: ReceiveRequest, bytes: number): Promise<Refusal[] | null> {
  const reason = await refusalOfGit(ctx, request.repo.ownerId, bytes);
  return reason === null ? null : [refuse(request.updates[0]?.ref ?? '', 'quota-exceeded', reason)];
}

/** Everything that reads objects, and so is done before the repo is locked. */
async function judgeContent(ctx: HubContext, request: ReceiveRequest): Promise<Refusal[] | null> {
  const { repo, quarantine } = request;
  const reader = ctx.git.reader(repo.id);
  const main = await reader.resolve('HEAD');
  const maxBytes = ctx.config.maxRegularFileMib * 2 ** 20;
  // A process of git walks the history while the files are judged here.
  const history = request.via === 'git' ? judgeHistory(ctx, request, maxBytes) : Promise.resolve([]);
  history.catch(() => {}); // awaited below, unless the files are refused first
  const refused: Refusal[] = [];
  const seen = new Set<string>();
  for (const { ref, old, new: oid } of request.updates) {
    if (oid === null) continue;
    const to = await quarantine.resolve(oid);
    if (to === null || (to !== oid && !ref.startsWith('refs/tags/'))) {
      refused.push(refuse(ref, 'invalid-input', 'does not lead to a commit'));
      continue;
    }
    if (request.via === 'mirror') continue; // what another hub accepted is kept as it is; faulty files are listed
    const from = (old && (await quarantine.resolve(old))) ?? main;
    if (from === to || seen.has(`${from} ${to}`)) continue;
    seen.add(`${from} ${to}`);
    refused.push(...(await validateChanges(ctx.db, repo, quarantine, { ref, from, to, maxBytes })));
  }
  if (refused.length === 0) refused.push(...(await history));
  return refused.length > 0 ? refused : null;
}

/** What a pack brings beyond its tips: it must be complete, and hide no large blob in an older commit. */
async function judgeHistory(
  ctx: HubContext,
  { repo, updates, quarantine }: ReceiveRequest,
  maxBytes: number,
): Promise<Refusal[]> {
  const tips = updates.flatMap(({ new: oid }) => (oid === null ? [] : [oid]));
  const ref = updates[0]?.ref ?? '';
  if (tips.length === 0) return [];
  const known = (await ctx.git.reader(repo.id).refs()).values();
  const large = await quarantine.newHistory({ tips, known, blobLimit: maxBytes + 1 });
  const reason = `the history holds ${large.length} files over ${maxBytes} bytes (first blob: ${large[0]}); rewrite it with git lfs migrate`;
  return large.length > 0 ? [refuse(ref, 'too-large', reason)] : [];
}

/** Committed by itself, before any ref moves: after a crash the sweep reads here whose act it is healing. */
async function announce(ctx: HubContext, { repo, actor, via, updates }: ReceiveRequest): Promise<string> {
  const { id } = await ctx.db.one<{ id: string }>(
    'INSERT INTO record.pushes (repo_id, actor_id, via, updates) VALUES ($1, $2, $3, $4) RETURNING id',
    [repo.id, actor.id, via, JSON.stringify(updates)],
  );
  return id;
}

interface Application {
  request: ReceiveRequest;
  question: RefQuestion;
  /** The push's id, once it is committed. */
  announced: Promise<string>;
  newBytes: number;
  progress: { moving: boolean };
  mover: RefMover;
}

async function apply(
  ctx: HubContext,
  tx: Tx,
  { request, question, announced, newBytes, progress, mover }: Application,
): Promise<void> {
  const { repo, updates, quarantine } = request;
  await tx.lockRepo(repo.id);
  await assertCurrent(ctx, request);
  const refused = await judgeRefs(
    tx,
    question,
    updates.filter(({ ref }) => pullRequestOf(ref) !== null),
  );
  if (refused) throw new RefusedInTurn(refused);
  const { durable } = await quarantine.migrate();
  // Git locks the refs, and the disk takes the new names, while the rows are written.
  const preparing = mover.prepare(updates);
  preparing.catch(() => {}); // awaited below, whatever becomes of the rows
  try {
    await writeRows(ctx, tx, request, { pushId: await announced, newBytes });
    await durable;
  } catch (error) {
    await preparing.then(
      (prepared) => prepared.abort(),
      () => {},
    );
    throw error;
  }
  const prepared = await preparing;
  progress.moving = true;
  await prepared.commit();
}

/** All rows that stand or fall with the move. */
async function writeRows(
  ctx: HubContext,
  tx: Tx,
  request: ReceiveRequest,
  push: { pushId: string; newBytes: number },
): Promise<void> {
  const { repo, actor, via, updates } = request;
  await request.inTransaction?.(tx);
  if (via === 'git' || via === 'commit') await recordPullRequestPush(ctx, tx, { repo, actor, updates });
  const cause = { actorId: actor.id, actorName: actor.name, via, ...onePullRequest(updates) };
  // The quarantine still holds what was read when the content was judged.
  await indexRefs(ctx, tx, { repo, git: request.quarantine, updates, cause });
  await Promise.all([
    announcePush(ctx, tx, { repo, via, updates }),
    tx.query('UPDATE record.pushes SET applied_at = $2 WHERE id = $1', [push.pushId, ctx.clock()]),
    tx.query('UPDATE record.repos SET updated_at = $2, git_bytes = git_bytes + $3 WHERE id = $1', [
      repo.id,
      ctx.clock(),
      push.newBytes,
    ]),
  ]);
}

async function assertCurrent(ctx: HubContext, { repo, updates }: ReceiveRequest): Promise<void> {
  const reader = ctx.git.reader(repo.id);
  for (const { ref, old } of updates) {
    if ((await reader.ref(ref)) !== old) throw stale(`${ref} has moved since; fetch first and try again`);
  }
}

function stale(message: string, cause?: unknown): HubError {
  return new HubError('stale-ref', message, { cause });
}

function onePullRequest(updates: RefUpdate[]): { pullRequest?: number } {
  const number = updates.length === 1 ? pullRequestOf(updates[0]!.ref) : null;
  return number === null ? {} : { pullRequest: number };
}
