import type { Opening } from '@assay/proof';
import { accessOf } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { mayReadAct } from '../leaderboards/act-list.ts';
import { findRepoById } from '../repos/require-repo.ts';

/** A leaf of the transparency log as Assay's own API tells it, with what proves it. */
export interface ApiLeaf {
  index: number;
  /** Its bytes: canonical JSON, exactly as hashed. */
  leaf: string;
  /** C2SP tlog-proof: index, inclusion proof and checkpoint. */
  receipt: string;
  /** What opens its commitment, for those who may read it; absent once redacted. */
  opening?: Opening;
}

interface Row {
  index: number;
  bytes: Buffer;
  salt: Buffer | null;
  content: string | null;
  /** Of an act on a result. */
  actSeq: number | null;
  /** Dataset of an act on a benchmark. */
  benchmarkId: string | null;
  /** Of what was queued. */
  sealed: boolean | null;
}

const columns = `SELECT l.index, l.bytes, l.salt, l.content, l.act_seq AS "actSeq", b.repo_id AS "benchmarkId", q.sealed
  FROM record.tlog_leaves l LEFT JOIN record.tlog_queue q ON q.id = l.queue_id
    LEFT JOIN record.benchmark_acts b ON b.queue_id = l.queue_id`;

/**
 * The leaf at an index. Anyone may have leaf and receipt, as the tiles show them anyway.
 * @throws HubError `not-found`, also while no published checkpoint covers it
 */
export async function readLeaf(ctx: HubContext, actor: Actor | null, index: number): Promise<ApiLeaf> {
  const row = await ctx.db.maybe<Row>(`${columns} WHERE l.index = $1`, [index]);
  return toApiLeaf(ctx, actor, row, `leaf ${index}`);
}

/**
 * The leaf of an act, for those who may read the act.
 * @throws HubError `not-found`, also while no published checkpoint covers it
 */
export async function readLeafOfAct(ctx: HubContext, actor: Actor | null, seq: number): Promise<ApiLeaf> {
  const row = await ctx.db.maybe<Row>(`${columns} WHERE l.act_seq = $1`, [seq]);
  const visible = await mayReadAct(ctx, actor, seq);
  return toApiLeaf(ctx, actor, visible ? row : null, `act ${seq}`);
}

async function toApiLeaf(
  ctx: HubContext,
  actor: Actor | null,
  row: Row | null,
  what: string,
): Promise<ApiLeaf> {
  const receipt = row && (await ctx.tlog.receipt(row.index));
  if (!receipt) {
    throw new HubError('not-found', `no published checkpoint covers ${what}`, {
      hint: 'A new act is covered about a second after it happened.',
    });
  }
  const readable = await mayRead(ctx, actor, row);
  const opening =
    readable && row.salt && row.content ? { salt: row.salt.toString('hex'), content: row.content } : null;
  return { index: row.index, leaf: row.bytes.toString('utf8'), receipt, ...(opening && { opening }) };
}

/** Whether what a leaf commits to may be shown: of a benchmark, to those who may read its dataset now. */
async function mayRead(ctx: HubContext, actor: Actor | null, row: Row): Promise<boolean> {
  if (row.actSeq) return mayReadAct(ctx, actor, row.actSeq);
  if (actor?.isAdmin) return true;
  const dataset = row.benchmarkId === null ? null : await findRepoById(ctx.db, row.benchmarkId);
  return dataset ? (await accessOf(ctx, actor, dataset)).read : row.sealed === false;
}

/** A page of published leaves, newest first, as the tiles show them to anyone. @param before an index; the page ends below it */
export async function listLeaves(
  ctx: HubContext,
  wish: { before: number | null; limit: number },
): Promise<{ size: number; leaves: { index: number; leaf: string }[] }> {
  const size = (await ctx.tlog.published())?.size ?? 0;
  const end = Math.min(wish.before ?? size, size);
  const leaves = await ctx.db.query<{ index: number; leaf: string }>(
    `SELECT index, convert_from(bytes, 'UTF8') AS leaf FROM record.tlog_leaves
     WHERE index < $1 AND index >= $2 ORDER BY index DESC`,
    [end, Math.max(end - wish.limit, 0)],
  );
  return { size, leaves };
}
