/**
 * Takes items as they come and works on up to `size` at once. The first error of a worker stops the taking; the
 * work under way ends, then the error is thrown.
 */
export async function workThrough<T>(
  items: AsyncIterable<T> | Iterable<T>,
  size: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let stopped = false;
  let failure: { error: unknown } | null = null;
  const worker = async (): Promise<void> => {
    while (!stopped) {
      try {
        const next = await iterator.next();
        if (next.done) break;
        if (!stopped) await work(next.value);
      } catch (error) {
        failure ??= { error };
        stopped = true;
      }
    }
    stopped = true;
  };
  await Promise.all(Array.from({ length: size }, worker));
  await iterator.return?.();
  if (failure) throw (failure as { error: unknown }).error;
}
