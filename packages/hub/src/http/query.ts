import { HubError } from '../errors.ts';

/** The query of a request as clients mean it: `x` and `x[]` are one key, booleans are lenient. */
export interface Query {
  /** All values of a key, in order. */
  all(key: string): string[];
  /** The last value, or undefined. */
  get(key: string): string | undefined;
  /** True for `true`, `True`, `1`, `yes` and for a key without value. */
  flag(key: string): boolean;
  /** A whole number, cut to at most `max`; `fallback` when it is absent. @throws HubError `invalid-input` */
  integer(key: string, bounds: { fallback: number; min?: number; max: number }): number;
}

export function queryOf(request: Request): Query {
  const params = new URL(request.url).searchParams;
  const all = (key: string) => [...params.getAll(key), ...params.getAll(`${key}[]`)];
  const get = (key: string) => all(key).at(-1);
  return {
    all,
    get,
    flag: (key) => /^(true|1|yes|)$/i.test(get(key) ?? 'no'),
    integer(key, { fallback, min = 0, max }) {
      const text = get(key);
      if (text === undefined || text === '') return fallback;
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= min)) throw new HubError('invalid-input', `${key} must be a whole number from ${min}`);
      return Math.min(value, max);
    },
  };
}
