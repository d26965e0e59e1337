import type { ObjectSource } from './cat-file.ts';
import { GitError } from './git-error.ts';
import type { GitRunner } from './git-process.ts';
import {
  countCommits,
  type DiffText,
  findLastChanges,
  findMergeBase,
  findRefsWith,
  type LogOptions,
  readCommit,
  readDiff,
  readLog,
  readRefs,
  streamBlob,
} from './history.ts';
import type { CommitInfo } from './objects.ts';
import { readRefFiles } from './ref-files.ts';
import { isRefName } from './ref-names.ts';
import { findCommit } from './revision.ts';
import { lastChangesNearby, mergeBaseNearby } from './short-history.ts';
import type { SmallFiles } from './small-files.ts';
import { type ChangedPath, diffTrees } from './tree-diff.ts';
import {
  findEntry,
  type SizedEntry,
  type TreeEntry,
  type WalkOptions,
  walkTree,
  withFacts,
} from './tree-walk.ts';

/** Everything that can be asked of a repo. Holds no state of its own: make one whenever it is convenient. */
export interface GitReader {
  /** The commit a branch, tag, `refs/…`, HEAD, full or abbreviated oid names; null when there is none. */
  resolve(revision: string): Promise<string | null>;
  /** What one full ref name holds now; null when it does not exist. */
  ref(name: string): Promise<string | null>;
  /** @throws GitError `object-missing` */
  commit(oid: string): Promise<CommitInfo>;
  /** Git's order; folders before what they hold. @throws GitError `path-missing` when `path` is no folder */
  entries(commit: string, path: string, options?: WalkOptions): AsyncIterable<TreeEntry>;
  entry(commit: string, path: string): Promise<TreeEntry | null>;
  /** Adds sizes and large-file pointers. */
  sized(entries: TreeEntry[]): Promise<SizedEntry[]>;
  /** A whole blob. @throws GitError `object-missing` */
  blob(oid: string): Promise<Buffer>;
  /** A blob of any size, without holding it. */
  blobStream(oid: string): AsyncIterable<Uint8Array>;
  /** Bytes of an object; null when the repo has no such object. */
  size(oid: string): Promise<number | null>;
  /** Files that differ between two commits; `from` null: all files of `to`. */
  changedPaths(from: string | null, to: string): Promise<ChangedPath[]>;
  /** Unified text of what changed, cut at `limit` bytes. */
  diff(from: string, to: string, limit: number): Promise<DiffText>;
  mergeBase(a: string, b: string): Promise<string | null>;
  /** What each ref holds (for annotated tags the tag object), sorted by name. */
  refs(): Promise<Map<string, string>>;
  /** Names of the refs whose history holds one of some commits. */
  refsWith(commits: string[]): Promise<string[]>;
  /** Newest first. */
  log(oid: string, options: LogOptions): Promise<CommitInfo[]>;
  count(oid: string): Promise<number>;
  /** The newest commit that changed a path; null when none did. */
  lastChange(commit: string, path: string): Promise<CommitInfo | null>;
  /** The same for many paths in one walk: path -> oid. */
  lastChanges(commit: string, paths: string[]): Promise<Map<string, string>>;
  /** The same for files directly inside a folder of the root: name -> oid. */
  lastChangesIn(commit: string, folder: string, names: string[]): Promise<Map<string, string>>;
}

interface ReaderPlace {
  runner: GitRunner;
  dir: string;
  files: SmallFiles;
}

export function createReader({ runner, dir, files }: ReaderPlace, read: () => ObjectSource): GitReader {
  return {
    resolve: (revision) => findCommit(read(), revision),
    ref: async (name) => (isRefName(name) ? ((await read().info(name))?.oid ?? null) : null),
    commit: (oid) => readCommit(read(), oid),
    entries: (commit, path, options) => walkTree(read, commit, path, options),
    entry: (commit, path) => findEntry(read, commit, path),
    sized: (entries) => withFacts(read, entries),
    async blob(oid) {
      const found = await read().contents(oid);
      if (found?.type !== 'blob')
        throw new GitError('object-missing', `there is no blob ${oid.slice(0, 40)}`);
      return found.bytes;
    },
    blobStream: (oid) => streamBlob(runner, dir, oid),
    size: async (oid) => (await read().info(oid))?.size ?? null,
    changedPaths: (from, to) => diffTrees(read, from, to),
    diff: (from, to, limit) => readDiff(runner, dir, from, to, limit),
    async mergeBase(a, b) {
      const near = await mergeBaseNearby(read, a, b);
      return near === 'unknown' ? findMergeBase(runner, dir, a, b) : near.base;
    },
    refs: async () => (await readRefFiles(files, dir)) ?? readRefs(runner, dir),
    refsWith: (commits) => findRefsWith(runner, dir, commits),
    log: (oid, options) => readLog(runner, dir, read, oid, options),
    count: (oid) => countCommits(runner, dir, oid),
    async lastChange(commit, path) {
      const oid = (await findLastChanges(runner, dir, commit, [path])).get(path);
      return oid ? readCommit(read(), oid) : null;
    },
    lastChanges: (commit, paths) => findLastChanges(runner, dir, commit, paths),
    async lastChangesIn(commit, folder, names) {
      const near = await lastChangesNearby(read, commit, folder, names);
      if (near) return near;
      const prefix = `${folder}/`;
      const found = await findLastChanges(
        runner,
        dir,
        commit,
        names.map((name) => prefix + name),
      );
      return new Map([...found].map(([path, oid]) => [path.slice(prefix.length), oid]));
    },
  };
}
