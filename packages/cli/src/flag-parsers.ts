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
