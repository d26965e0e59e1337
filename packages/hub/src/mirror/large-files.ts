import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Quarantine } from '../git/quarantine.ts';
import type { ArrivedFile } from '../git/remote-history.ts';
import { heldSize, storeObject } from '../lfs/objects.ts';
import type { Origin } from './origin.ts';

export interface LargeFileSync {
  repoId: string;
  origin: Origin;
  quarantine: Quarantine;
  /** Commits whose history is looked through, and those whose history was before. */
  tips: string[];
  known: string[];
  /** Bytes of the largest file that is brought; null: any. */
  limit: number | null;
  signal: AbortSignal;
  onProgress(files: number, bytes: number): Promise<void>;
}

/** A large file as a commit of the history names it. */
interface Pointer {
  oid: string;
  size: number;
  commit: string;
  path: string;
}

const batch = 1_000;

/**
 * Brings the large files that new history names, and tries again what was missing before. One that the origin has lost,
 * or that is not what its pointer says, is written down as a gap and stops nothing.
 */
export async function syncLargeFiles(ctx: HubContext, sync: LargeFileSync): Promise<void> {
  const tally = { files: 0, bytes: 0 };
  for (const pointer of await loadGaps(ctx, sync.repoId)) await bring(ctx, sync, pointer, tally);
  const seen = new Set<string>();
  let waiting: ArrivedFile[] = [];
  const flush = async () => {
    for (const pointer of await findPointers(sync.quarantine, waiting))
      await bring(ctx, sync, pointer, tally);
    waiting = [];
  };
  for await (const file of sync.quarantine.arrivals({ tips: sync.tips, known: sync.known })) {
    if (seen.has(file.oid)) continue;
    seen.add(file.oid);
    waiting.push(file);
    if (waiting.length >= batch) await flush();
  }
  await flush();
}

async function findPointers(quarantine: Quarantine, files: ArrivedFile[]): Promise<Pointer[]> {
  const entries = files.map(({ path, oid }) => ({
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    oid,
    mode: '100644',
    type: 'file' as const,
  }));
  const sized = await quarantine.sized(entries);
  return sized.flatMap(({ lfs }, at) => {
    const { commit, path } = files[at]!;
    return lfs ? [{ oid: lfs.oid, size: lfs.size, commit, path }] : [];
  });
}

async function bring(
  ctx: HubContext,
  sync: LargeFileSync,
  pointer: Pointer,
  tally: { files: number; bytes: number },
): Promise<void> {
  sync.signal.throwIfAborted();
  const { repoId } = sync;
  const { oid, size } = pointer;
  if ((await heldSize(ctx.db, repoId, oid)) === null) {
    const problem = await tryBring(ctx, sync, pointer);
    if (problem !== null) return writeGap(ctx, repoId, pointer, problem);
    tally.files += 1;
    tally.bytes += size;
    await sync.onProgress(tally.files, tally.bytes);
  }
  await ctx.db.query('DELETE FROM record.mirror_gaps WHERE repo_id = $1 AND oid = $2', [repoId, oid]);
}

/** Null when it is here now, else why not. A hub that cannot be reached is no gap but the end of this try. */
async function tryBring(ctx: HubContext, sync: LargeFileSync, pointer: Pointer): Promise<string | null> {
  const { oid, size, commit, path } = pointer;
  const most = ctx.config.maxLargeFileMib * 2 ** 20;
  if (size > (sync.limit ?? most)) return `stays at the origin: ${size} bytes are above the limit`;
  try {
    await storeObject(ctx, sync.repoId, await sync.origin.file(commit, path), { sha256: oid, size });
    return null;
  } catch (error) {
    const lost =
      error instanceof HubError && ['entry-not-found', 'invalid-input', 'forbidden'].includes(error.code);
    if (!lost) throw error;
    return error.message;
  }
}

async function loadGaps(ctx: HubContext, repoId: string): Promise<Pointer[]> {
  return ctx.db.query<Pointer>(
    'SELECT oid, size, commit_oid AS commit, path FROM record.mirror_gaps WHERE repo_id = $1 ORDER BY oid',
    [repoId],
  );
}

async function writeGap(ctx: HubContext, repoId: string, pointer: Pointer, problem: string): Promise<void> {
  await ctx.db.query(
    `INSERT INTO record.mirror_gaps (repo_id, oid, size, commit_oid, path, problem) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (repo_id, oid) DO UPDATE SET problem = excluded.problem`,
    [
      repoId,
      pointer.oid,
      pointer.size,
      pointer.commit,
      pointer.path.slice(0, 1_000),
      problem.slice(0, 1_000),
    ],
  );
}
