import { CodedError } from '@assay/spec';

export type StatsCode = 'out-of-range';

/** Refuses arguments for which a formula has no meaning, rather than answering NaN. */
export function assertRange(holds: boolean, message: string): void {
  if (!holds) throw new CodedError<StatsCode>('out-of-range', message);
}

export function assertLevel(level: number): void {
  assertRange(level > 0 && level < 1, `a level must lie between 0 and 1, not ${level}`);
}

export function assertCount(count: number, name: string): void {
  assertRange(
    Number.isSafeInteger(count) && count >= 0,
    `${name} must be a whole number of at least 0, not ${count}`,
  );
}
