import { setTimeout as sleep } from 'node:timers/promises';

const pauseMs = 250;
/** Lines held back at most; a command that prints faster than they are kept loses what is in between. */
const mostWaiting = 20_000;

/** Gathers lines and hands them on a few times a second, one call after the other. */
export interface LineBuffer {
  add(text: string): void;
  /** Hands on what is there. What says that a job is over comes after this: its readers then leave. */
  flush(): Promise<void>;
  /** Hands on what is there, and stops. */
  close(): Promise<void>;
}

export function createLineBuffer(keep: (lines: string[]) => Promise<void>): LineBuffer {
  let waiting: string[] = [];
  let dropped = 0;
  let open = true;
  let turn = Promise.resolve();
  const wake = new AbortController();
  const keepWaiting = async () => {
    const lines = waiting;
    waiting = [];
    if (dropped > 0) lines.push(`(${dropped} lines came too fast to be kept)`);
    dropped = 0;
    if (lines.length > 0) await keep(lines);
  };
  const flush = () => {
    // One that failed must not keep the next from trying.
    turn = turn.catch(() => {}).then(keepWaiting);
    return turn;
  };
  const loop = (async () => {
    while (open) {
      await sleep(pauseMs, undefined, { signal: wake.signal }).catch(() => {});
      await flush().catch(() => {});
    }
  })();
  return {
    add(text) {
      if (waiting.length < mostWaiting) waiting.push(text);
      else dropped += 1;
    },
    flush,
    async close() {
      open = false;
      wake.abort();
      await loop;
      await flush();
    },
  };
}
