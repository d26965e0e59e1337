import { setTimeout as sleep } from 'node:timers/promises';
import { type Attempt, noteProgress } from '../jobs/change-job.ts';
import type { JobProgress } from '../jobs/job.ts';
import type { WorkerHands } from './worker-hands.ts';

/** Why an attempt is ended before its work is. */
export type StopReason = 'cancelled' | 'lost' | 'worker stops' | 'timed out' | 'cost';

const lookMs = 500;

export interface Watch {
  /** Set when the attempt was told to stop. */
  reason(): StopReason | null;
  /** Ends it for a reason of the caller's. */
  stop(reason: StopReason): void;
  close(): Promise<void>;
}

/**
 * Looks after an attempt while it runs: writes down how far it is, hears of cancellations, of another worker that has
 * the job now, of the end of the time allowed, and of the end of the worker.
 */
export function watchAttempt(
  hands: WorkerHands,
  attempt: Attempt,
  about: { deadline: Date; progress(): JobProgress | null; stop(reason: StopReason): void },
): Watch {
  let reason: StopReason | null = null;
  let open = true;
  const wake = new AbortController();
  const stop = (why: StopReason) => {
    if (reason !== null) return;
    reason = why;
    about.stop(why);
  };
  const look = async () => {
    const word = await noteProgress(hands.ctx, attempt, about.progress());
    if (word === 'cancel') stop('cancelled');
    else if (word === 'lost') stop('lost');
    else if (hands.stopping.aborted) stop('worker stops');
    else if (Date.now() > about.deadline.getTime()) stop('timed out');
  };
  const loop = (async () => {
    while (open) {
      // A database that is away for a moment ends no job: its lease is pg-boss's to judge.
      await look().catch((error) => hands.ctx.log.warn('job watch', { reason: String(error) }));
      await sleep(lookMs, undefined, { signal: wake.signal }).catch(() => {});
    }
    await look().catch(() => {});
  })();
  return {
    reason: () => reason,
    stop,
    async close() {
      open = false;
      wake.abort();
      await loop;
    },
  };
}
