import { floatRepr } from '../../semantics/python/number-text.ts';
import { PythonFloat, pythonStr, stringRepr } from '../../semantics/python/values.ts';
import {
  ArrayValue,
  BooleanValue,
  FloatValue,
  IntegerValue,
  NullValue,
  ObjectValue,
  type RuntimeValue,
  StringValue,
  UndefinedValue,
} from './library.ts';

/** A name that no one has given a value: every use but a test for it is an error, as lm-eval sets Jinja2. */
export class StrictUndefined extends UndefinedValue {
  readonly name: string;
  constructor(name: string) {
    super(undefined);
    this.name = name;
  }
  override __bool__(): RuntimeValue {
    throw undefinedError(this);
  }
}

export function undefinedError(value: RuntimeValue): Error {
  const name = value instanceof StrictUndefined ? `"${value.name}"` : 'a value';
  return new Error(`${name} is undefined`);
}

export function isUndefined(value: RuntimeValue): boolean {
  return value.type === 'UndefinedValue';
}

/** A column's value, as a template sees it. Dates and bytes are seen as their texts. */
export function toRuntime(value: unknown): RuntimeValue {
  if (value === null || value === undefined) return new NullValue(null);
  switch (typeof value) {
    case 'string':
      return new StringValue(value);
    case 'boolean':
      return new BooleanValue(value);
    case 'bigint':
      return new IntegerValue(value);
    case 'number':
      return Number.isInteger(value) ? new IntegerValue(value) : new FloatValue(value);
  }
  if (value instanceof PythonFloat) return new FloatValue(value.value);
  if (Array.isArray(value)) return new ArrayValue(value.map(toRuntime));
  if (value instanceof Date || value instanceof Uint8Array) return new StringValue(pythonStr(value));
  return new ObjectValue(
    new Map(Object.entries(value as object).map(([key, item]) => [key, toRuntime(item)])),
  );
}

/** `str(value)`: what `{{ value }}` prints. @throws Error for an undefined value */
export function printText(value: RuntimeValue): string {
  return value.type === 'StringValue' ? (value.value as string) : repr(value);
}

function repr(value: RuntimeValue): string {
  switch (value.type) {
    case 'StringValue':
      return stringRepr(value.value as string);
    case 'NullValue':
      return 'None';
    case 'BooleanValue':
      return value.value ? 'True' : 'False';
    case 'IntegerValue':
      return String(value.value);
    case 'FloatValue':
      return floatRepr(value.value as number);
    case 'TupleValue': {
      const items = itemsOf(value).map(repr);
      return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
    }
    case 'ArrayValue':
      return `[${itemsOf(value).map(repr).join(', ')}]`;
    case 'ObjectValue':
      return `{${entriesOf(value)
        .map(([key, item]) => `${stringRepr(key)}: ${repr(item)}`)
        .join(', ')}}`;
    case 'UndefinedValue':
      throw undefinedError(value);
    default:
      throw new Error(`a ${value.type} cannot be printed`);
  }
}

export function isList(value: RuntimeValue): boolean {
  return value.type === 'ArrayValue' || value.type === 'TupleValue';
}

export function itemsOf(value: RuntimeValue): RuntimeValue[] {
  return value.value as RuntimeValue[];
}

export function entriesOf(value: RuntimeValue): [string, RuntimeValue][] {
  return [...(value.value as Map<string, RuntimeValue>)];
}

/** A number or a boolean, which Python counts as one. */
export function numberOf(value: RuntimeValue): number | undefined {
  if (value.type === 'BooleanValue') return value.value ? 1 : 0;
  return value.type === 'IntegerValue' || value.type === 'FloatValue' ? Number(value.value) : undefined;
}

/** `a == b`. */
export function equalValues(a: RuntimeValue, b: RuntimeValue): boolean {
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left !== undefined || right !== undefined) return left === right;
  if (a.type !== b.type) return false;
  if (isList(a)) {
    const [first, second] = [itemsOf(a), itemsOf(b)];
    return first.length === second.length && first.every((item, at) => equalValues(item, second[at]!));
  }
  if (a.type !== 'ObjectValue') return a.value === b.value;
  const others = b.value as Map<string, RuntimeValue>;
  const entries = entriesOf(a);
  return (
    entries.length === others.size &&
    entries.every(([key, item]) => others.has(key) && equalValues(item, others.get(key)!))
  );
}
