/** Milliseconds for which work may be put off. */
const PATIENCE_MS = 25;
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
  const give = (): void => {
    next = null;
    for (const resolve of waiting.splice(0, AT_ONCE)) resolve();
    if (waiting.length > 0) next = setImmediate(give);
  };
  const hurry = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    next ??= setImmediate(give);
  };
  return {
    turn() {
      return new Promise((resolve) => {
        waiting.push(resolve);
        if (isPressing()) hurry();
        else if (next === null) timer ??= setTimeout(hurry, PATIENCE_MS);
      });
    },
  };
}
