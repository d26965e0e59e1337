import { SemanticsError } from './error.ts';

/** What an argument of a step may be. A trailing `?` allows null. */
type Kind = 'string' | 'boolean' | 'integer' | 'strings' | 'any';

interface Values {
  string: string;
  boolean: boolean;
  integer: number;
  strings: string | string[];
  any: unknown;
}

type Taken<Forms extends Record<string, Kind>> = { [Name in keyof Forms]?: Values[Forms[Name]] };

const checks: Record<Kind, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  strings: (value) =>
    typeof value === 'string' || (Array.isArray(value) && value.every((v) => typeof v === 'string')),
  any: () => true,
};

/**
 * The named arguments of a step, each of its kind; null counts as not given. Throws `unknown-argument` and
 * `bad-argument`.
 */
export function takeArguments<Forms extends Record<string, Kind>>(
  step: string,
  args: Record<string, unknown>,
  forms: Forms,
): Taken<Forms> {
  const taken: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(args)) {
    const kind = Object.hasOwn(forms, name) ? forms[name] : undefined;
    if (!kind) throw unknownArgument(step, name, Object.keys(forms));
    if (value === null || value === undefined) continue;
    if (!checks[kind](value)) {
      throw new SemanticsError('bad-argument', `${step}: the argument "${name}" must be of kind ${kind}`);
    }
    taken[name] = value;
  }
  return taken as Taken<Forms>;
}

/** The argument, or `missing-argument`. */
export function required<Value>(step: string, name: string, value: Value | undefined): Value {
  if (value === undefined) {
    throw new SemanticsError('missing-argument', `${step}: the argument "${name}" is required`);
  }
  return value;
}

/** One of a closed list of words, or `bad-argument`. */
export function oneOf<Word extends string>(
  step: string,
  name: string,
  value: string,
  words: readonly Word[],
): Word {
  const found = words.find((word) => word === value);
  if (found) return found;
  throw new SemanticsError(
    'bad-argument',
    `${step}: "${name}" must be one of ${words.join(', ')}; it is "${value}"`,
  );
}

function unknownArgument(step: string, name: string, known: string[]): SemanticsError {
  const hint = known.length > 0 ? `it takes: ${known.join(', ')}` : 'it takes none';
  return new SemanticsError('unknown-argument', `${step} has no argument "${name}"`, { hint });
}
