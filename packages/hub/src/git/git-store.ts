import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createCatFilePool } from './cat-file-pool.ts';
import { createGitRunner, type GitRunner, type RunnerOptions } from './git-process.ts';
import { syncFolder } from './migrate.ts';
import { createObjectSource } from './object-source.ts';
import { packOf } from './pack-out.ts';
import { listOnlyReachable, listReachable, listVersions, purgeObjects } from './purge.ts';
import { createQuarantine, type Quarantine, quarantinePrefix, writeBareRepo } from './quarantine.ts';
import { createReader, type GitReader } from './reader.ts';
import { type PreparedRefs, type RefMover, type RefUpdate, startRefMover } from './ref-transaction.ts';
import { type SmallFiles, sideBySide } from './small-files.ts';

/** All bare repos of a data folder. Knows ids and objects; who may see what is decided before it is asked. */
export interface GitStore {
  dir(repoId: string): string;
  /** Makes an empty bare repo; one already there is left as it is. */
  init(repoId: string): Promise<void>;
  remove(repoId: string): Promise<void>;
  /** @param files how its small files are read, where not side by side */
  reader(repoId: string, files?: SmallFiles): GitReader;
  quarantine(repoId: string): Promise<Quarantine>;
  /** A pack with all that some of its commits and tags lead to. */
  pack(repoId: string, tips: string[]): AsyncIterable<Uint8Array>;
  /** What only some commits lead to, what refs lead to, all versions of a file; and taking objects out for good. */
  purge(repoId: string): Purge;
  /** Starts what moves refs; a process ahead of its time. */
  startRefMover(repoId: string): RefMover;
  /** The same where nothing was started ahead. @throws GitError `stale-ref` */
  prepareRefs(repoId: string, updates: RefUpdate[]): Promise<PreparedRefs>;
  /** For protocols that talk to git themselves. */
  runner: GitRunner;
  close(): Promise<void>;
}

/** See purge.ts. The caller holds the repo's lock while it lists and removes. */
interface Purge {
  onlyReachable(from: { tips: string[]; kept: string[] }): Promise<string[]>;
  reachable(oids: string[]): Promise<string[]>;
  versions(of: { path: string; tips: string[] }): Promise<string[]>;
  remove(oids: string[]): Promise<void>;
}

export interface StoreOptions extends RunnerOptions {
  reposDir: string;
  tmpDir: string;
}

/** Opens the store and empties what an earlier process left half done; `tmpDir` must be this store's alone. */
export async function createGitStore(options: StoreOptions): Promise<GitStore> {
  const [reposDir, tmpDir] = [resolve(options.reposDir), resolve(options.tmpDir)];
  const home = join(tmpDir, 'home');
  await mkdir(reposDir, { recursive: true });
  await mkdir(home, { recursive: true });
  await removeLeftovers(tmpDir);
  const runner = createGitRunner(home, options);
  const pool = createCatFilePool(runner, { processes: 48, idle: 60_000, lasting: true });
  const dirOf = (repoId: string) => {
    if (!/^[0-9a-f]{24}$/.test(repoId)) throw new TypeError(`not a repo id: ${repoId}`);
    return join(reposDir, repoId.slice(0, 2), `${repoId}.git`);
  };
  const leaving = new Set<Promise<void>>();
  const clear = (dir: string) => {
    const gone = rm(dir, { recursive: true, force: true })
      .catch(() => {}) // the next start clears what is left
      .finally(() => leaving.delete(gone));
    leaving.add(gone);
  };
  return {
    dir: dirOf,
    init: (repoId) => initRepo(dirOf(repoId), tmpDir),
    async remove(repoId) {
      const grave = join(tmpDir, `${quarantinePrefix}removed-${repoId}`);
      pool.drop(dirOf(repoId));
      await rename(dirOf(repoId), grave).catch(ignoreMissing);
      await rm(grave, { recursive: true, force: true });
    },
    reader(repoId, files = sideBySide) {
      const dir = dirOf(repoId);
      const source = createObjectSource({ dir, folders: [join(dir, 'objects')], files }, () => pool.of(dir));
      return createReader({ runner, dir, files }, () => source);
    },
    quarantine: (repoId) => createQuarantine(runner, { realDir: dirOf(repoId), tmpDir, clear }),
    pack: (repoId, tips) => packOf(runner, dirOf(repoId), tips),
    purge: (repoId) => ({
      onlyReachable: (from) => listOnlyReachable(runner, dirOf(repoId), from),
      reachable: (oids) => listReachable(runner, dirOf(repoId), oids),
      versions: (of) => listVersions(runner, dirOf(repoId), of),
      async remove(oids) {
        await purgeObjects(runner, dirOf(repoId), oids);
        pool.drop(dirOf(repoId));
      },
    }),
    startRefMover: (repoId) => startRefMover(runner, dirOf(repoId)),
    prepareRefs: (repoId, updates) => startRefMover(runner, dirOf(repoId)).prepare(updates),
    runner,
    async close() {
      pool.close();
      runner.close();
      await Promise.all(leaving);
    },
  };
}

/** Built aside and renamed: a repo is either there as a whole or not at all. */
async function initRepo(dir: string, tmpDir: string): Promise<void> {
  const scratch = join(
    tmpDir,
    `${quarantinePrefix}new-${process.pid}-${Math.random().toString(36).slice(2)}`,
  );
  await writeBareRepo(scratch);
  await mkdir(dirname(dir), { recursive: true });
  try {
    await rename(scratch, dir);
    await syncFolder(dirname(dir));
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}

async function removeLeftovers(tmpDir: string): Promise<void> {
  for (const name of await readdir(tmpDir)) {
    if (name.startsWith(quarantinePrefix)) await rm(join(tmpDir, name), { recursive: true, force: true });
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
