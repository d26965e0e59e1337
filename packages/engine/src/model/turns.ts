/** Milliseconds for which work is put off in any case, so that several come together. */
const PATIENCE_MS = 100;
/** Milliseconds for which it is put off while more of it keeps coming. */
const LONGEST_MS = 250;
/** Turns given at once, before the sockets are looked at again. */
const AT_ONCE = 16;

/** Work that can wait, done for several together: a processor woken for each alone spends half as much again. */
export interface Turns {
  /** Resolves when this work's turn has come: soon, and in the order of asking. */
  turn(): Promise<void>;
}

/** @param isPressing whether somebody waits for what the work will lead to; then nothing is put off */
export function createTurns(isPressing: () => boolean): Turns {
  const waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | null = null;
  let next: NodeJS.Immediate | null = null;
  let oldest = 0;
  let asked = 0;
  let seen = 0;
  const look = (): void => {
    next = null;
    const calm = asked === seen || performance.now() - oldest > LONGEST_MS;
    seen = asked;
    if (calm || isPressing()) for (const resolve of waiting.splice(0, AT_ONCE)) resolve();
    if (waiting.length > 0) next = setImmediate(look);
  };
  const begin = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (next) return;
    seen = asked;
    next = setImmediate(look);
  };
  return {
    turn() {
      return new Promise((resolve) => {
        if (waiting.length === 0) oldest = performance.now();
        waiting.push(resolve);
        asked++;
        if (isPressing()) begin();
        else if (next === null) timer ??= setTimeout(begin, PATIENCE_MS);
      });
    },
  };
}
