import { InvalidArgumentError } from 'commander';

// Texts of the command line and of environment variables to values. All throw InvalidArgumentError, whose message
// commander prints after the flag's name.

/** Samples to run, counted from 0: `start` included, `end` not. */
export interface SampleLimit {
  start: number;
  end: number;
}

export type FlagParser = (text: string, previous?: unknown) => unknown;

export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('a number is expected.');
  return value;
}

export function parseWholeFrom(least: number): FlagParser {
  return (text) => {
    const value = parseNumber(text);
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`a whole number${least >= 0 ? ` from ${least}` : ''} is expected.`);
    }
    return value;
  };
}

export function parseOneOf(...names: string[]): FlagParser {
  return (text) => {
    if (!names.includes(text)) throw new InvalidArgumentError(`one of ${names.join(', ')} is expected.`);
    return text;
  };
}

export function parseList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** `key=value`, several gathered into one object. Values that read as JSON are JSON: `-M stream=false`. */
export function parsePair(text: string, previous?: unknown): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('KEY=VALUE is expected.');
  const raw = text.slice(at + 1);
  let value: unknown = raw;
  try {
    value = JSON.parse(raw);
  } catch {
    // Not JSON: it is the text itself.
  }
  return { ...(previous as Record<string, unknown> | undefined), [text.slice(0, at)]: value };
}

export function parseSampleLimit(text: string): SampleLimit {
  const range = /^(\d+)-(\d+)$/.exec(text);
  if (range) {
    // Inspect's `a-b` counts from 1 and includes both ends.
    const [start, end] = [Number(range[1]), Number(range[2])];
    if (start < 1 || end < start) throw new InvalidArgumentError('a range like 11-20 is expected.');
    return { start: start - 1, end };
  }
  return { start: 0, end: parseWholeFrom(1)(text) as number };
}

/** Bounds of the number of requests at a time; false: a fixed number after all. */
export type AdaptiveFlag = { min: number; start: number; max: number } | boolean;

const usual = { min: 10, start: 20, max: 100 };

/** Inspect's short forms: `true`, `false`, `MAX`, `MIN-MAX`, `MIN-START-MAX`. */
export function parseAdaptive(text: string): AdaptiveFlag {
  if (/^(true|yes|false|no)$/i.test(text)) return /^(true|yes)$/i.test(text);
  const parts = /^\d+(-\d+){0,2}$/.test(text) ? text.split('-').map(Number) : [];
  const max = parts.at(-1) ?? 0;
  const min = parts.length > 1 ? parts[0]! : Math.min(usual.min, max);
  const start = parts.length > 2 ? parts[1]! : Math.max(min, Math.min(usual.start, max));
  if (min >= 1 && min <= start && start <= max) return { min, start, max };
  throw new InvalidArgumentError('bounds like 200, 4-80 or 4-20-80 are expected.');
}

export function parseShard(text: string): { index: number; count: number } {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (index && count && index <= count) return { index, count };
  throw new InvalidArgumentError('a part like 2/4 is expected.');
}

export function parseIds(text: string): number[] {
  return parseList(text).map((part) => parseWholeFrom(1)(part) as number);
}

/** A JSON object. */
export function parseMapping(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below.
  }
  throw new InvalidArgumentError('a JSON object is expected, as {"name": "value"}.');
}

/** `42=10,43=-10` */
export function parseTokenBias(text: string): Record<string, number> {
  return Object.fromEntries(
    parseList(text).map((pair) => {
      const [token = '', bias = ''] = pair.split('=');
      return [String(parseWholeFrom(0)(token)), parseNumber(bias)];
    }),
  );
}

/** An engine of others, in a version of it. */
export interface EngineFlag {
  name: 'assay' | 'inspect' | 'lighteval';
  version?: string;
}

/** `inspect`, `inspect@0.3.285` */
export function parseEngine(text: string): EngineFlag {
  const [, name, version] = /^(assay|inspect|lighteval)(?:@(\d[\w.]*))?$/.exec(text) ?? [];
  if (name && !(name === 'assay' && version)) {
    return { name: name as EngineFlag['name'], ...(version ? { version } : {}) };
  }
  throw new InvalidArgumentError('one of assay, inspect, lighteval is expected, or inspect@VERSION.');
}
