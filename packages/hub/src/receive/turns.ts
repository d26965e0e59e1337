/**
 * Lets one caller at a time through, per key, in order of arrival.
 *
 * The lock that counts is the database's: it holds across processes. This one only keeps twenty waiting pushes of one
 * repo from holding twenty connections while they wait.
 */
export function createTurns() {
  const last = new Map<string, Promise<void>>();
  return async function inTurn<T>(key: string, run: () => Promise<T>): Promise<T> {
    const before = last.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    last.set(key, promise);
    try {
      await before;
      return await run();
    } finally {
      resolve();
      if (last.get(key) === promise) last.delete(key);
    }
  };
}

const inTurn = createTurns();

/**
 * Commits and merges of this process take one branch in turn: each goes on top of what it finds, and one that is
 * overtaken has to be made again.
 */
export function inTurnOfRef<T>(repoId: string, ref: string, run: () => Promise<T>): Promise<T> {
  return inTurn(`${repoId} ${ref}`, run);
}
