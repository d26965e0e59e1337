import { SemanticsError } from '../semantics/error.ts';

/** For how long, and for whom, an answer stands for the next ones to the same question. */
export interface CachePolicy {
  expiryMs: number;
  perEpoch: boolean;
}

const DAY_MS = 86_400_000;
const WEEK = '1W';
const units: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  D: DAY_MS,
  W: 7 * DAY_MS,
  M: 30 * DAY_MS,
  Y: 365 * DAY_MS,
};

/**
 * The setting `cache` in Inspect's forms: true (a week), days, `12h` or `1W`, or `{expiry, per_epoch}`; an expiry of
 * null never ends. Null: no caching.
 * @throws SemanticsError `bad-argument`
 */
export function readCachePolicy(setting: unknown): CachePolicy | null {
  if (setting === undefined || setting === null || setting === false) return null;
  if (typeof setting !== 'object') return { expiryMs: readExpiry(setting), perEpoch: true };
  const { expiry = WEEK, per_epoch: perEpoch = true } = setting as { expiry?: unknown; per_epoch?: unknown };
  const expiryMs = expiry === null ? Number.POSITIVE_INFINITY : readExpiry(expiry);
  return { expiryMs, perEpoch: perEpoch !== false };
}

function readExpiry(setting: unknown): number {
  const text = setting === true || setting === 'true' ? WEEK : String(setting);
  const [, count = '', unit = 'D'] = /^(\d+)([smhDWMY]?)$/.exec(text) ?? [];
  if (count !== '') return Number(count) * units[unit === '' ? 'D' : unit]!;
  throw new SemanticsError('bad-argument', `cache: "${text}" is no time like 12h or 1W`);
}
