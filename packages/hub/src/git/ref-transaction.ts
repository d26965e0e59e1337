import { once } from 'node:events';
import { rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { GitError } from './git-error.ts';
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

/**
 * Locks all refs and compares their old values; all of them move, or none. The caller must be alone in the repo.
 * @throws GitError `stale-ref` when one holds something else, is locked by someone, or its name collides with a folder
 */
export async function prepareRefs(
  runner: GitRunner,
  dir: string,
  updates: RefUpdate[],
): Promise<PreparedRefs> {
  try {
    return await prepareOnce(runner, dir, updates);
  } catch (error) {
    if (!(await removeAbandonedLock(dir, error))) throw error;
    return prepareOnce(runner, dir, updates);
  }
}

async function prepareOnce(runner: GitRunner, dir: string, updates: RefUpdate[]): Promise<PreparedRefs> {
  const child = runner.spawn({ dir, args: ['update-ref', '--stdin'] });
  const closed = once(child, 'close');
  closed.catch(() => {}); // awaited below, perhaps only after it has failed
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (command: string) => {
    child.stdin.write(command);
    const verb = command.trim().split('\n').at(-1);
    const line = await answers.next();
    if (line.done) {
      await closed;
      throw new GitError(
        'stale-ref',
        stderr.trim().replace(/^fatal: /, '') || `git update-ref refused to ${verb}`,
      );
    }
  };
  await ask('start\n');
  await ask(`${updates.map(toLine).join('')}prepare\n`);
  return {
    async commit() {
      await ask('commit\n');
      child.stdin.end();
      await closed;
      for (const folder of new Set(updates.map(({ ref }) => dirname(join(dir, ref))))) {
        await syncFolder(folder).catch(() => {}); // git may have packed the ref or removed the empty folder
      }
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
