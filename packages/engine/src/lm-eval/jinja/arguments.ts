import { type RuntimeValue, StringValue } from './library.ts';

/** What a template handed to a filter or method. */
export interface Arguments {
  positional: RuntimeValue[];
  named: Map<string, RuntimeValue>;
}

/** Splits the arguments of a call: the library puts the named ones last, as one value. */
export function splitArguments(args: RuntimeValue[]): Arguments {
  const last = args.at(-1);
  if (last?.type !== 'KeywordArgumentsValue') return { positional: args, named: new Map() };
  return { positional: args.slice(0, -1), named: last.value as Map<string, RuntimeValue> };
}

/** The argument by its place or its name. */
export function argument(args: Arguments, at: number, name: string): RuntimeValue | undefined {
  return args.positional[at] ?? args.named.get(name);
}

/** @throws Error when it is there and no text */
export function textArgument(args: Arguments, at: number, name: string): string | undefined {
  const value = argument(args, at, name);
  if (value === undefined || value.type === 'NullValue') return undefined;
  if (!(value instanceof StringValue)) throw new Error(`the argument "${name}" must be a text`);
  return value.value as string;
}

/** @throws Error when it is there and no whole number */
export function integerArgument(args: Arguments, at: number, name: string): number | undefined {
  const value = argument(args, at, name);
  if (value === undefined || value.type === 'NullValue') return undefined;
  if (value.type !== 'IntegerValue') throw new Error(`the argument "${name}" must be a whole number`);
  return Number(value.value);
}

/** @throws Error when it is not there */
export function needed<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`the argument "${name}" is missing`);
  return value;
}
