import { mkdir, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does a piece of work that one process of a machine may do at a time. A lock whose holder died is taken over.
 * @param lock folder whose existence is the lock
 * @param patienceMs age at which a lock is taken for a dead one's; longer than the work can last
 */
export async function whileLocked(
  lock: string,
  patienceMs: number,
  work: () => Promise<void>,
): Promise<void> {
  while (!(await taken(lock))) {
    const age = Date.now() - ((await stat(lock).catch(() => null))?.mtimeMs ?? Date.now());
    if (age > patienceMs) await rm(lock, { recursive: true, force: true });
    await sleep(200);
  }
  await work().finally(() => rm(lock, { recursive: true, force: true }));
}

async function taken(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
