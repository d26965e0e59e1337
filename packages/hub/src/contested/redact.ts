import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { changeStatus } from '../discussions/status.ts';
import { HubError } from '../errors.ts';
import { redactionQueue } from '../jobs/queue-rules.ts';
import { receive } from '../receive/receive.ts';
import { toHubError } from '../receive/refusal.ts';
import type { Repo } from '../repos/repo.ts';
import { findRepoById } from '../repos/require-repo.ts';
import { queueLeaf } from '../tlog/queue.ts';
import { evidenceOf, removeEvidence } from './redact-evidence.ts';
import { findContent, noteContent, removeContent } from './redact-objects.ts';

interface Redacted {
  /** Git objects that are gone now. */
  removed: number;
  /** Those that refs still lead to: their history must be rewritten before they can go. */
  held: number;
  /** Digest of the log that went along. */
  evidence?: string;
}

/** Long after a redaction that nothing interrupts is done. Seconds. */
const FINISH_AFTER = 10;

/** A redaction that was begun; all that whoever finishes it needs to know. */
interface Order {
  resultId: string;
  repoId: string;
  reason: string;
  by: { id: string; name: string };
  /** Numbers of the pull requests it stood in: once their refs are gone, the index knows them no more. */
  pulls: number[];
  /** Digest of the log that the result showed. */
  evidence: string | null;
}

/**
 * Takes a result out of the hub: spam, a person's data, what the law forbids. Its pull requests are closed and their
 * refs removed, the git objects that only they led to and all versions of its file that held it are deleted, its log
 * goes when nothing else shows it. The acts and leaves keep the fact, its time, its digest and the reason. What an
 * interruption leaves is finished by itself; what a history leaves, by saying it again.
 * @throws HubError `not-found`; `conflict` when it stands on a main branch, from where a commit must take it first
 */
export async function redactResult(
  ctx: HubContext,
  actor: Actor,
  resultId: string,
  reason: string,
): Promise<Redacted> {
  const told = await ctx.db.maybe<{ repoId: string }>(
    'SELECT repo_id AS "repoId" FROM record.acts WHERE result_id = $1 LIMIT 1',
    [resultId],
  );
  if (!told) throw new HubError('not-found', `there is no result ${resultId.slice(0, 40)}`);
  const repo = await findRepoById(ctx.db, told.repoId);
  if (repo) await assertOffMain(ctx, repo, resultId);
  const by = { id: actor.id, name: actor.name };
  const [pulls, evidence] = [await placesOf(ctx, resultId), await evidenceOf(ctx, resultId)];
  const order = { resultId, repoId: told.repoId, reason, by, pulls, evidence };
  // Kept before anything goes: when this process dies in between, another one finishes what was begun.
  await ctx.jobs.send(redactionQueue, order, { key: resultId, delaySeconds: FINISH_AFTER });
  const before = await takeFromView(ctx, actor, order);
  const rest = await removeRest(ctx, order);
  return { ...rest, removed: before + rest.removed };
}

/** From now on, this process finishes redactions that a crash cut short. */
export async function startRedactions(ctx: HubContext): Promise<void> {
  await ctx.jobs.work(redactionQueue, async (data) => {
    const order = data as Order;
    const isSaid = await ctx.db.maybe('SELECT 1 FROM record.redactions WHERE result_id = $1', [
      order.resultId,
    ]);
    const actor: Actor = { ...order.by, isAdmin: true, role: 'write', via: 'token' };
    try {
      if (!isSaid) await takeFromView(ctx, actor, order);
    } catch (error) {
      // It came back to a main branch meanwhile: that is for whoever asked to see.
      if (!(error instanceof HubError && error.code === 'conflict')) throw error;
      ctx.log.warn('redaction-not-finished', { result: order.resultId, reason: error.message });
      return;
    }
    await removeRest(ctx, order);
  });
}

/**
 * Pull requests, words and record; the list of what must go is committed with them.
 * @returns objects that went meanwhile, of what an earlier redaction had left
 */
async function takeFromView(ctx: HubContext, actor: Actor, order: Order): Promise<number> {
  const { resultId, repoId, reason } = order;
  const repo = await findRepoById(ctx.db, repoId);
  let removed = 0;
  if (repo) {
    await removeFromPullRequests(ctx, actor, repo, order);
    // What an earlier one began must be gone: git cannot walk over commits of which half is there.
    removed = (await removeContent(ctx, repo.id)).removed;
  }
  await ctx.db.tx(async (tx) => {
    await tx.lockRepo(repoId);
    const found = repo && (await findContent(ctx, tx, repo.id, resultId));
    await takeWords(tx, actor, { resultId, reason, repoId });
    if (found) await noteContent(tx, { repoId, resultId, ...found });
    await audit(tx, actor, 'result-redacted', { result: resultId, reason });
  });
  return removed;
}

/** The bytes: log and git objects. */
async function removeRest(ctx: HubContext, { repoId, evidence }: Order): Promise<Redacted> {
  const gone = evidence !== null && (await removeEvidence(ctx, evidence));
  const repo = await findRepoById(ctx.db, repoId);
  const objects = repo ? await removeContent(ctx, repo.id) : { removed: 0, held: 0 };
  return { ...objects, ...(gone && { evidence }) };
}

async function placesOf(ctx: HubContext, resultId: string): Promise<number[]> {
  const places = await ctx.db.query<{ scope: number }>(
    'SELECT DISTINCT scope FROM derived.results WHERE result_id = $1 ORDER BY scope',
    [resultId],
  );
  return places.map(({ scope }) => scope);
}

async function assertOffMain(ctx: HubContext, repo: Repo, resultId: string): Promise<void> {
  if (!(await placesOf(ctx, resultId)).includes(0)) return;
  throw new HubError('conflict', `the result stands on the main branch of ${repo.fullName}`, {
    hint: 'Take it out of its file with a commit (or delete the repo) first, then redact it.',
  });
}

async function removeFromPullRequests(
  ctx: HubContext,
  actor: Actor,
  repo: Repo,
  { resultId, pulls }: Order,
): Promise<void> {
  await assertOffMain(ctx, repo, resultId);
  for (const num of new Set([...pulls, ...(await placesOf(ctx, resultId))])) {
    await closeAsSpam(ctx, actor, repo, num);
    await removeRef(ctx, actor, repo, num);
    await hideWords(ctx, repo, num);
  }
}

async function closeAsSpam(ctx: HubContext, actor: Actor, repo: Repo, num: number): Promise<void> {
  const open = await ctx.db.maybe(
    `SELECT 1 FROM record.discussions WHERE repo_id = $1 AND num = $2 AND status IN ('open', 'draft')`,
    [repo.id, num],
  );
  if (open) await changeStatus(ctx, { repo, actor, num, status: 'closed', closing: 'spam' });
}

async function removeRef(ctx: HubContext, actor: Actor, repo: Repo, num: number): Promise<void> {
  const ref = `refs/pr/${num}`;
  const old = await ctx.git.reader(repo.id).ref(ref);
  if (old === null) return;
  const quarantine = await ctx.git.quarantine(repo.id);
  try {
    const updates = [{ ref, old, new: null }];
    const outcome = await receive(ctx, { repo, actor, via: 'redact', updates, quarantine });
    if (!outcome.ok) throw toHubError(outcome.refused);
  } finally {
    quarantine.discard();
  }
}

/** Title and texts of the discussion: the comments become hidden ones without words. */
async function hideWords(ctx: HubContext, repo: Repo, num: number): Promise<void> {
  await ctx.db.tx(async (tx) => {
    const { id } = await tx.one<{ id: string }>(
      `UPDATE record.discussions SET title = '[redacted]' WHERE repo_id = $1 AND num = $2 RETURNING id`,
      [repo.id, num],
    );
    await tx.query(
      `UPDATE record.discussion_events SET data = CASE type
         WHEN 'comment' THEN '{"raw": "", "hidden": true, "history": []}'::jsonb
         WHEN 'commit' THEN data || '{"subject": "[redacted]"}'
         ELSE data - 'reason' - 'from' - 'to' || CASE type WHEN 'title-change' THEN '{"from": "[redacted]", "to": "[redacted]"}'::jsonb ELSE '{}' END
         END
       WHERE discussion_id = $1`,
      [id],
    );
    await tx.query(
      `UPDATE record.webhook_deliveries SET payload = payload - 'discussion' - 'comment'
       WHERE repo_id = $1 AND payload -> 'discussion' ->> 'id' = $2 AND status <> 'waiting'`,
      [repo.id, id],
    );
    await tx.query(
      `DELETE FROM record.webhook_deliveries
       WHERE repo_id = $1 AND payload -> 'discussion' ->> 'id' = $2 AND status = 'waiting'`,
      [repo.id, id],
    );
  });
}

async function takeWords(
  tx: Tx,
  actor: Actor,
  { resultId, reason, repoId }: { resultId: string; reason: string; repoId: string },
): Promise<void> {
  const fresh = await tx.maybe(
    `INSERT INTO record.redactions (result_id, reason, by_id) VALUES ($1, $2, $3)
     ON CONFLICT (result_id) DO NOTHING RETURNING 1`,
    [resultId, reason, actor.id],
  );
  await tx.query(
    `UPDATE record.acts SET actor_name = NULL, repo_name = '', dataset_id = '', task_id = '', filename = '', entry = '{}',
       detail = jsonb_strip_nulls(jsonb_build_object('redacted', true, 'previous', detail -> 'previous'))
     WHERE result_id = $1 AND entry <> '{}'`,
    [resultId],
  );
  await tx.query(
    `UPDATE record.tlog_leaves SET salt = NULL, content = NULL
     WHERE salt IS NOT NULL AND act_seq IN (SELECT seq FROM record.acts WHERE result_id = $1)`,
    [resultId],
  );
  if (fresh)
    await queueLeaf(tx, { kind: 'redaction', facts: { modelId: repoId, resultId }, content: { reason } });
}
