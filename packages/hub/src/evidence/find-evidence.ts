import type { EvalLogHeader } from '@assay/spec';
import { type Access, accessOf } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { findRepoById } from '../repos/require-repo.ts';

/** A log kept by the hub, as its page begins. */
export interface Evidence {
  digest: string;
  /** Bytes. */
  size: number;
  mediaType: string;
  log: EvalLogHeader;
  sampleCount: number;
}

/**
 * A log, when the reader may know of it: for at least one of its links, both the model and the benchmark must be open to
 * them. Null otherwise: unknown and forbidden look the same, so knowing a digest grants nothing.
 * @param need `read` for the header; `content` for samples and bytes, which show a gated dataset's questions
 */
export async function findEvidence(
  ctx: HubContext,
  actor: Actor | null,
  digest: string,
  need: keyof Access = 'read',
): Promise<Evidence | null> {
  const links = await ctx.db.query<{ model: string; dataset: string | null }>(
    'SELECT model_repo_id AS model, dataset_repo_id AS dataset FROM record.evidence_links WHERE digest = $1',
    [digest],
  );
  for (const link of links) {
    const open = (await may(ctx, actor, link.model, need)) && (await may(ctx, actor, link.dataset, need));
    if (open) return loadEvidence(ctx, digest);
  }
  return null;
}

/** @throws HubError `not-found` */
export async function requireEvidence(
  ctx: HubContext,
  actor: Actor | null,
  digest: string,
  need: keyof Access,
): Promise<Evidence> {
  const found = await findEvidence(ctx, actor, digest, need);
  if (found) return found;
  throw new HubError('not-found', 'there is no such log, or you may not see it');
}

/** A log without a benchmark (null) is as open as its model. A deleted repo opens nothing. */
async function may(
  ctx: HubContext,
  actor: Actor | null,
  repoId: string | null,
  need: keyof Access,
): Promise<boolean> {
  if (repoId === null) return true;
  const repo = await findRepoById(ctx.db, repoId);
  return repo !== null && (await accessOf(ctx, actor, repo))[need];
}

async function loadEvidence(ctx: HubContext, digest: string): Promise<Evidence> {
  const { size, mediaType, header } = await ctx.db.one<{
    size: number;
    mediaType: string;
    header: { log: EvalLogHeader; sampleCount: number };
  }>('SELECT size, media_type AS "mediaType", header FROM record.evidence WHERE digest = $1', [digest]);
  return { digest, size, mediaType, ...header };
}
