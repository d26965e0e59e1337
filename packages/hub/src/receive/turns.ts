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
