/** How far a backup or a restore has come. */
export interface BackupProgress {
  stage: 'record' | 'repos' | 'blobs';
  done: number;
  /** As many as there are of the stage: tables, repos, blobs. */
  total: number;
}

export type OnProgress = (progress: BackupProgress) => void;

/** Runs `work` on each item, several at once, and tells how far it is. The first failure ends it. */
export async function forEachOf<T>(
  items: AsyncIterable<T> | Iterable<T>,
  work: (item: T) => Promise<void>,
  options: { atOnce: number; total: number; stage: BackupProgress['stage']; onProgress: OnProgress },
): Promise<void> {
  const { atOnce, total, stage, onProgress } = options;
  let done = 0;
  let failed: { error: unknown } | null = null;
  const running = new Set<Promise<void>>();
  onProgress({ stage, done, total });
  for await (const item of items) {
    const one: Promise<void> = work(item)
      .then(() => {
        done += 1;
        onProgress({ stage, done, total });
      })
      .catch((error: unknown) => {
        failed ??= { error };
      })
      .finally(() => running.delete(one));
    running.add(one);
    if (running.size >= atOnce) await Promise.race(running);
    if (failed) break;
  }
  await Promise.all(running);
  if (failed) throw (failed as { error: unknown }).error;
}
