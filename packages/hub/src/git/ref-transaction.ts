import { once } from 'node:events';
import { rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { GitError } from './git-error.ts';
import type { GitChild } from './git-launcher.ts';
import type { GitRunner } from './git-process.ts';
import { syncFolder } from './migrate.ts';
import { zeroOid } from './ref-names.ts';

/** One ref's move. `old` is what it must hold now (null: it must not exist), `new` null deletes it. */
export interface RefUpdate {
  ref: string;
  old: string | null;
  new: string | null;
}

/** Refs that are locked and compared, but not yet moved. One of the two must be called. */
export interface PreparedRefs {
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** Milliseconds after which git's lock file was left by a machine that lost power: git holds one for an instant. */
const abandonedAfter = 60_000;

/** A process of git that is there to move refs of one repo once: started ahead, it is ready when it is needed. */
export interface RefMover {
  /**
   * Locks all refs and compares their old values; all of them move, or none. The caller must be alone in the repo.
   * @throws GitError `stale-ref` when one holds something else, is locked by someone, or its name collides with a folder
   */
  prepare(updates: RefUpdate[]): Promise<PreparedRefs>;
  /** Ends the process when nothing was prepared. Must be called. */
  discard(): void;
}

export function startRefMover(runner: GitRunner, dir: string): RefMover {
  const first = startUpdateRef(runner, dir);
  let used = false;
  return {
    async prepare(updates) {
      used = true;
      try {
        return await prepareOn(first, dir, updates);
      } catch (error) {
        if (!(await removeAbandonedLock(dir, error))) throw error;
        return prepareOn(startUpdateRef(runner, dir), dir, updates);
      }
    },
    discard() {
      if (!used) first.child.stdin.end();
    },
  };
}

interface UpdateRef {
  child: GitChild;
  closed: Promise<unknown>;
  stderr(): string;
}

function startUpdateRef(runner: GitRunner, dir: string): UpdateRef {
  const child = runner.spawn({ dir, args: ['update-ref', '--stdin'] });
  const closed = once(child, 'close');
  closed.catch(() => {}); // awaited later, perhaps only after it has failed
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return { child, closed, stderr: () => stderr };
}

async function prepareOn(process: UpdateRef, dir: string, updates: RefUpdate[]): Promise<PreparedRefs> {
  const { child, closed } = process;
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const expect = async (verb: string) => {
    const line = await answers.next();
    if (line.done) {
      await closed;
      throw new GitError(
        'stale-ref',
        process
          .stderr()
          .trim()
          .replace(/^fatal: /, '') || `git update-ref refused to ${verb}`,
      );
    }
  };
  child.stdin.write(`start\n${updates.map(toLine).join('')}prepare\n`);
  await expect('start');
  await expect('prepare');
  return {
    async commit() {
      child.stdin.end('commit\n');
      await expect('commit');
      // Git has said that the refs stand: its end need not be waited for. It may have packed a ref or removed an empty folder.
      const folders = [...new Set(updates.map(({ ref }) => dirname(join(dir, ref))))];
      await Promise.all(folders.map((folder) => syncFolder(folder).catch(() => {})));
    },
    async abort() {
      child.stdin.end('abort\n');
      await closed;
    },
  };
}

/** Removes the lock file an error names, when it is one of this repo's and old. Answers whether it did. */
async function removeAbandonedLock(dir: string, error: unknown): Promise<boolean> {
  const path = /Unable to create '([^']+\.lock)': File exists/.exec(
    error instanceof GitError ? error.message : '',
  )?.[1];
  const lock = path && resolve(dir, path);
  if (!lock?.startsWith(`${dir}/`)) return false;
  const found = await stat(lock).catch(() => null);
  if (!found || Date.now() - found.mtimeMs < abandonedAfter) return false;
  await rm(lock, { force: true });
  return true;
}

function toLine(update: RefUpdate): string {
  return `update ${update.ref} ${update.new ?? zeroOid} ${update.old ?? zeroOid}\n`;
}
