import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Trust } from '@assay/proof';
import { type Checked, checkBytes } from './check-proofs.ts';

export interface ProofChecker {
  check(bundles: Uint8Array[]): Promise<Checked[]>;
  /** How many calls it is worth to have open at once. */
  width: number;
  close(): Promise<void>;
}

/** So many bundles are checked before a thread has started. */
const few = 200;

/**
 * Checks bundles, and from the two hundredth on in one thread for each core: a signature costs 0.2 ms, and ten thousand
 * bundles hold at least as many as twice ten thousand.
 */
export function createProofChecker(trust: Trust, threads = availableParallelism()): ProofChecker {
  let done = 0;
  let next = 0;
  const workers: Worker[] = [];
  const queues: Promise<unknown>[] = [];
  const start = () => {
    const { verify: _, ...workerTrust } = trust; // a function does not cross into a thread
    for (let at = 0; at < threads; at += 1) {
      workers.push(
        new Worker(new URL('./check-proofs-thread.ts', import.meta.url), {
          workerData: { trust: workerTrust },
        }),
      );
      queues.push(Promise.resolve());
    }
  };
  const ask = async (at: number, bundles: Uint8Array[]): Promise<Checked[]> => {
    const answer = once(workers[at]!, 'message');
    workers[at]!.postMessage(bundles);
    return (await answer)[0];
  };
  return {
    width: threads * 2,
    async check(bundles) {
      done += bundles.length;
      if (threads < 2 || done <= few) return bundles.map((bytes) => checkBytes(bytes, trust));
      if (workers.length === 0) start();
      const at = next++ % threads;
      // A thread answers in the order of its questions: one at a time, so that no answer goes to another's.
      const turn = queues[at]!.then(() => ask(at, bundles));
      queues[at] = turn.catch(() => {});
      return turn;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
