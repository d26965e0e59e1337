/** Why a value has not the shape, in words; null when it has. `at` is the path so far. */
export type Check = (value: unknown, at: string) => string | null;

const optionals = new WeakSet<Check>();

/** A member that may be absent. */
export function optional(check: Check): Check {
  const wrapped: Check = (value, at) => check(value, at);
  optionals.add(wrapped);
  return wrapped;
}

/** An object with these members and no others: what is signed must not carry what nobody reads. */
export function shape(members: Record<string, Check>): Check {
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at} is no object`;
    const stranger = Object.keys(value).find((key) => !Object.hasOwn(members, key));
    if (stranger !== undefined) return `${at} has an unknown member ${JSON.stringify(stranger)}`;
    for (const [key, check] of Object.entries(members)) {
      if (!Object.hasOwn(value, key)) {
        if (optionals.has(check)) continue;
        return `${at} lacks ${key}`;
      }
      const problem = check((value as Record<string, unknown>)[key], `${at}.${key}`);
      if (problem) return problem;
    }
    return null;
  };
}

export function listOf(check: Check): Check {
  return (value, at) => {
    if (!Array.isArray(value)) return `${at} is no list`;
    for (const [place, item] of value.entries()) {
      const problem = check(item, `${at}[${place}]`);
      if (problem) return problem;
    }
    return null;
  };
}

const when =
  (holds: (value: unknown) => boolean, what: string): Check =>
  (value, at) =>
    holds(value) ? null : `${at} is ${what}`;

const matches = (pattern: RegExp, what: string) =>
  when((value) => typeof value === 'string' && pattern.test(value), what);

export const text = when((value) => typeof value === 'string', 'no text');
export const truth = when((value) => typeof value === 'boolean', 'neither true nor false');
export const number = when((value) => typeof value === 'number' && Number.isFinite(value), 'no number');
export const count = when((value) => Number.isSafeInteger(value) && (value as number) >= 0, 'no count');
export const digest = matches(/^[0-9a-f]{64}$/, 'no SHA-256 in hexadecimal digits');
export const commit = matches(/^[0-9a-f]{40}$/, 'no commit of 40 hexadecimal digits');
/** One spelling: UTC, milliseconds. */
export const moment = matches(
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
  'no time in UTC with milliseconds',
);
export const exactly = (wanted: string): Check => when((value) => value === wanted, `not ${wanted}`);
