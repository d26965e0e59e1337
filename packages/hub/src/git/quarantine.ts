import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCatFilePool } from './cat-file-pool.ts';
import { type NewCommit, writeCommit } from './commit-writer.ts';
import { GitError } from './git-error.ts';
import type { GitRunner } from './git-process.ts';
import { type MergeOutcome, type MergeRequest, mergeTrees, type TreeMerge, writeMerge } from './merge.ts';
import { type MovedObjects, moveObjects, type ObjectFile, settleObjects } from './migrate.ts';
import { createObjectSource } from './object-source.ts';
import { type PackLimits, storePack, walkNewHistory } from './pack-intake.ts';
import { readPurgeMark } from './purge.ts';
import { createReader, type GitReader } from './reader.ts';
import { type ArrivedFile, fetchObjects, walkArrivals } from './remote-history.ts';
import { isCompleteNearby } from './short-arrivals.ts';
import { type Signature, writeTag, writeTreeCommit } from './signed-objects.ts';
import { sideBySide } from './small-files.ts';

/**
 * A scratch repo that sees the real one's objects and keeps new ones to itself until they are found good.
 * Revisions by ref name do not resolve here: it has no refs, only oids count.
 */
export interface Quarantine extends GitReader {
  /** @throws GitError `bad-pack`, `too-large` */
  unpack(pack: AsyncIterable<Uint8Array>, limits: PackLimits): Promise<void>;
  /**
   * Walks what `tips` bring beyond the `known` commits; answers the oids of blobs of `blobLimit` bytes or more.
   * @throws GitError `disconnected` when an object is missing
   */
  newHistory(history: { tips: string[]; known: Iterable<string>; blobLimit: number }): Promise<string[]>;
  /** Brings objects of a remote repo, with their history, that neither repo has. @throws GitError `git-failed` */
  fetch(remote: { url: string; oids: Iterable<string>; signal: AbortSignal }): Promise<void>;
  /** Every file version that the history of `tips` brings beyond `known`. */
  arrivals(history: { tips: string[]; known: string[] }): AsyncIterable<ArrivedFile>;
  /** @throws GitError `bad-path`, `path-missing`, and what the operations' source throws */
  makeCommit(commit: NewCommit): Promise<string>;
  merge(request: MergeRequest): Promise<MergeOutcome>;
  /** A commit without parents that holds what `commit` holds. */
  squash(request: Signature & { commit: string }): Promise<string>;
  /** An annotated tag; answers the tag object's oid. */
  makeTag(tag: Signature & { name: string; commit: string }): Promise<string>;
  /** Only whether it would merge, and into which tree. */
  tryMerge(base: string, head: string): Promise<TreeMerge>;
  /** How many bytes the new objects take. */
  bytes(): Promise<number>;
  /**
   * Moves the new objects into the real repo, whose refs may lead to them once `durable` resolves. The scratch repo
   * stays readable.
   * @throws GitError `stale-objects` when objects were taken out of the real repo since: the new ones may build on them
   */
  migrate(): Promise<MovedObjects>;
  /** Must be called once at the end, whatever happened. The store clears it away, and whoever asked need not wait. */
  discard(): void;
}

const config = '[core]\n\trepositoryformatversion = 0\n\tbare = true\n';

/** The folders and files that make a bare repo without hooks, samples and description. */
export async function writeBareRepo(dir: string): Promise<void> {
  const folders = ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'];
  await Promise.all(folders.map((folder) => mkdir(join(dir, folder), { recursive: true })));
  await Promise.all([
    writeFile(join(dir, 'HEAD'), 'ref: refs/heads/main\n'),
    writeFile(join(dir, 'config'), config),
  ]);
}

/** What git needs to take a folder for a repo, and no more: one is made and cleared away for each push. */
async function writeScratchRepo(dir: string, alternate: string): Promise<void> {
  await mkdir(join(dir, 'objects/info'), { recursive: true });
  await Promise.all([
    mkdir(join(dir, 'refs')),
    writeFile(join(dir, 'HEAD'), 'ref: refs/heads/main\n'),
    writeFile(join(dir, 'objects/info/alternates'), `${alternate}\n`),
  ]);
}

/** @param clear takes a folder away, in its own time */
export async function createQuarantine(
  runner: GitRunner,
  { realDir, tmpDir, clear }: { realDir: string; tmpDir: string; clear(dir: string): void },
): Promise<Quarantine> {
  const dir = join(tmpDir, `${quarantinePrefix}${randomBytes(8).toString('hex')}.git`);
  const [mark] = await Promise.all([readPurgeMark(realDir), writeScratchRepo(dir, join(realDir, 'objects'))]);
  const pool = createCatFilePool(runner, { processes: 1, idle: 60_000, lasting: false });
  const objects = join(dir, 'objects');
  const folders = [objects, join(realDir, 'objects')];
  let settled: Promise<ObjectFile[]> | null = null;
  const settle = () => {
    settled ??= settleObjects(objects);
    return settled;
  };
  /** Runs what brings objects. The disk takes them while they are judged; moving them waits for that. */
  const arrive = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work;
    settled = null;
    settle().catch(() => {}); // who measures or moves them hears of it
    return done;
  };
  const source = createObjectSource({ dir, folders, files: sideBySide }, () => pool.of(dir));
  return {
    ...createReader({ runner, dir, files: sideBySide }, () => source),
    unpack: (pack, limits) => arrive(storePack(runner, dir, pack, limits)),
    async newHistory(history) {
      const known = [...history.known];
      if (await isCompleteNearby(() => source, { ...history, known })) return [];
      return walkNewHistory(runner, dir, { ...history, known });
    },
    fetch: (remote) => arrive(fetchObjects(runner, dir, remote)),
    arrivals: (history) => walkArrivals(runner, dir, history),
    makeCommit: (commit) => arrive(writeCommit(runner, dir, commit)),
    merge: (request) => arrive(writeMerge(runner, dir, request)),
    squash: (request) =>
      arrive(writeTreeCommit(runner, dir, { ...request, tree: `${request.commit}^{tree}`, parents: [] })),
    makeTag: (tag) => arrive(writeTag(runner, dir, tag)),
    tryMerge: (base, head) => mergeTrees(runner, dir, base, head),
    bytes: async () => (await settle()).reduce((sum, { bytes }) => sum + bytes, 0),
    async migrate() {
      if ((await readPurgeMark(realDir)) !== mark)
        throw new GitError('stale-objects', 'content of this repo was redacted meanwhile; try again');
      const files = await settle();
      settled = null; // whoever tries again finds what is left
      return moveObjects(objects, join(realDir, 'objects'), files);
    },
    discard() {
      pool.close();
      clear(dir);
    },
  };
}

/** How scratch repos are recognised at start, when all of them are leftovers. */
export const quarantinePrefix = 'quarantine-';
