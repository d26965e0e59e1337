import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { TreeEntry } from '../git/tree-walk.ts';
import type { Repo } from '../repos/repo.ts';

/** A large object that a repo holds, with a place where a head names it; null when only older commits may. */
export interface HeldFile {
  oid: string;
  /** Bytes. */
  size: number;
  heldSince: Date;
  place: { ref: string; path: string } | null;
}

/** Entries whose sizes are asked for at once. */
const chunk = 1_000;

/** One page of a repo's large objects, newest first. */
export async function listHeldFiles(
  ctx: HubContext,
  repo: Repo,
  page: { offset: number; limit: number },
): Promise<HeldFile[]> {
  const places = await findPlaces(ctx, repo, (ref) => ref === 'refs/heads/main');
  const rows = await ctx.db.query<{ oid: string; size: number; heldSince: Date }>(
    `SELECT oid, size, created_at AS "heldSince" FROM record.lfs_objects WHERE repo_id = $1
     ORDER BY created_at DESC, oid OFFSET $2 LIMIT $3`,
    [repo.id, page.offset, page.limit],
  );
  return rows.map((row) => ({ ...row, place: places.get(row.oid) ?? null }));
}

/**
 * Gives large objects up: the repo serves them no more. The bytes stay while other repos hold them.
 * @throws HubError `conflict` while a branch, tag or pull request still names one
 */
export async function giveUpFiles(
  ctx: HubContext,
  actor: Actor,
  repo: Repo,
  oids: string[],
): Promise<number> {
  const places = await findPlaces(ctx, repo, () => true);
  for (const oid of oids) {
    const place = places.get(oid);
    if (place)
      throw new HubError('conflict', `${place.path} of ${place.ref} is ${oid.slice(0, 12)}… still`, {
        hint: 'Delete the file there first; its object can be given up once no head names it.',
      });
  }
  return ctx.db.tx(async (tx) => {
    const gone = await tx.query(
      'DELETE FROM record.lfs_objects WHERE repo_id = $1 AND oid = ANY($2) RETURNING oid',
      [repo.id, oids],
    );
    await audit(tx, actor, 'large-files-deleted', { repo: repo.id, objects: gone.length });
    return gone.length;
  });
}

/** Where the heads of some refs name large objects: oid -> the first place. Each tree is walked once. */
async function findPlaces(
  ctx: HubContext,
  repo: Repo,
  counts: (ref: string) => boolean,
): Promise<Map<string, { ref: string; path: string }>> {
  const git = ctx.git.reader(repo.id);
  const places = new Map<string, { ref: string; path: string }>();
  const walked = new Set<string>();
  for (const [ref] of await git.refs()) {
    const commit = counts(ref) ? await git.resolve(ref) : null;
    if (commit === null || walked.has(commit)) continue;
    walked.add(commit);
    let entries: TreeEntry[] = [];
    const note = async () => {
      for (const { path, lfs } of await git.sized(entries))
        if (lfs && !places.has(lfs.oid)) places.set(lfs.oid, { ref, path });
      entries = [];
    };
    for await (const entry of git.entries(commit, '', { recursive: true })) {
      if (entry.type === 'file') entries.push(entry);
      if (entries.length === chunk) await note();
    }
    await note();
  }
  return places;
}
