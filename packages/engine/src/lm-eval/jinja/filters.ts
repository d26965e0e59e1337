import { parseFloatText } from '../../semantics/python/float.ts';
import { substitute } from '../python-regex.ts';
import { type Arguments, argument, integerArgument, needed, textArgument } from './arguments.ts';
import { ArrayValue, FloatValue, IntegerValue, type RuntimeValue, StringValue } from './library.ts';
import { stripEnds } from './methods.ts';
import { orderOf } from './operators.ts';
import { capitalize, replaceText, titleCase } from './texts.ts';
import {
  entriesOf,
  equalValues,
  isList,
  isUndefined,
  itemsOf,
  numberOf,
  printText,
  StrictUndefined,
} from './values.ts';

type Filter = (value: RuntimeValue, args: Arguments) => RuntimeValue;

const onText =
  (change: (text: string, args: Arguments) => string): Filter =>
  (value, args) =>
    new StringValue(change(printText(value), args));

/** Jinja2's filters as Python carries them out, and lm-eval's own `regex_replace`. What is not here is the library's. */
const filters: Record<string, Filter> = {
  abs: (value) => keepKind(value, Math.abs(needNumber(value))),
  capitalize: onText(capitalize),
  count: length,
  first: (value) => listOf(value)[0] ?? new StrictUndefined('first'),
  float: (value, args) => toFloat(value, argument(args, 0, 'default')),
  int: (value, args) => toInteger(value, argument(args, 0, 'default')),
  join: (value, args) => {
    const separator = textArgument(args, 0, 'd') ?? '';
    const attribute = textArgument(args, 1, 'attribute');
    const items =
      attribute === undefined ? listOf(value) : listOf(value).map((item) => attributeOf(item, attribute));
    return new StringValue(items.map(printText).join(separator));
  },
  last: (value) => listOf(value).at(-1) ?? new StrictUndefined('last'),
  length,
  list: (value) => new ArrayValue(listOf(value)),
  lower: onText((text) => text.toLowerCase()),
  map: (value, args) => {
    const attribute = needed(textArgument(args, -1, 'attribute'), 'attribute');
    return new ArrayValue(listOf(value).map((item) => attributeOf(item, attribute)));
  },
  max: (value) => extreme(value, 1),
  min: (value) => extreme(value, -1),
  regex_replace: onText((text, args) => {
    const pattern = needed(textArgument(args, 0, 'pattern'), 'pattern');
    const replacement = needed(textArgument(args, 1, 'repl'), 'repl');
    return substitute(pattern, replacement, text, integerArgument(args, 2, 'count'));
  }),
  replace: onText((text, args) => {
    const [old, fresh] = [
      needed(textArgument(args, 0, 'old'), 'old'),
      needed(textArgument(args, 1, 'new'), 'new'),
    ];
    return replaceText(text, old, fresh, integerArgument(args, 2, 'count'));
  }),
  reverse: (value) =>
    value.type === 'StringValue'
      ? new StringValue(listOf(value).reverse().map(printText).join(''))
      : new ArrayValue(listOf(value).toReversed()),
  string: onText((text) => text),
  sum: (value) => new IntegerValue(listOf(value).reduce((sum, item) => sum + needNumber(item), 0)),
  title: onText(titleCase),
  trim: onText((text, args) => stripEnds(text, textArgument(args, 0, 'chars'), { left: true, right: true })),
  unique: (value) =>
    new ArrayValue(
      listOf(value).filter((item, at, all) => all.findIndex((other) => equalValues(item, other)) === at),
    ),
  upper: onText((text) => text.toUpperCase()),
};

export function filterNamed(name: string): Filter | undefined {
  return Object.hasOwn(filters, name) ? filters[name] : undefined;
}

/** What Python iterates over: items, keys or characters. */
function listOf(value: RuntimeValue): RuntimeValue[] {
  if (isList(value)) return [...itemsOf(value)];
  if (value.type === 'ObjectValue') return entriesOf(value).map(([key]) => new StringValue(key));
  if (value.type === 'StringValue') return Array.from(value.value as string, (char) => new StringValue(char));
  throw new Error(`a ${value.type} cannot be gone through`);
}

function length(value: RuntimeValue): RuntimeValue {
  return new IntegerValue(listOf(value).length);
}

/** `item.path.to` of a mapping; numbers in the path are places in a list. */
function attributeOf(item: RuntimeValue, path: string): RuntimeValue {
  return path.split('.').reduce((value, part) => {
    const next =
      value.type === 'ObjectValue'
        ? (value.value as Map<string, RuntimeValue>).get(part)
        : isList(value)
          ? itemsOf(value).at(Number(part))
          : undefined;
    return next ?? new StrictUndefined(part);
  }, item);
}

/** `int(value)` as Jinja2 does it: 0, or the default, for what is no number. */
function toInteger(value: RuntimeValue, fallback: RuntimeValue = new IntegerValue(0)): RuntimeValue {
  const number = numberOf(value);
  if (value.type === 'IntegerValue') return value;
  if (number !== undefined) return Number.isFinite(number) ? new IntegerValue(Math.trunc(number)) : fallback;
  if (value.type !== 'StringValue') return fallback;
  const text = stripEnds(value.value as string, undefined, { left: true, right: true });
  if (/^[-+]?\d+(_\d+)*$/.test(text)) return wholeNumber(text.replaceAll('_', ''));
  const float = toFloat(value, new FloatValue(Number.NaN)).value as number;
  return Number.isFinite(float) ? new IntegerValue(Math.trunc(float)) : fallback;
}

function wholeNumber(digits: string): RuntimeValue {
  const exact = BigInt(digits.replace(/^\+/, ''));
  return new IntegerValue(Number.isSafeInteger(Number(exact)) ? Number(exact) : exact);
}

function toFloat(value: RuntimeValue, fallback: RuntimeValue = new FloatValue(0)): RuntimeValue {
  const number = value.type === 'StringValue' ? parseFloatText(value.value as string) : numberOf(value);
  return number === undefined ? fallback : new FloatValue(number);
}

function extreme(value: RuntimeValue, sign: 1 | -1): RuntimeValue {
  const [first, ...rest] = listOf(value);
  if (!first) return new StrictUndefined('an empty list');
  return rest.reduce((best, item) => {
    const order = orderOf(item, best);
    if (order === undefined) throw new Error('values of different kinds have no order');
    return order * sign > 0 ? item : best;
  }, first);
}

function keepKind(value: RuntimeValue, number: number): RuntimeValue {
  return value.type === 'FloatValue' ? new FloatValue(number) : new IntegerValue(number);
}

function needNumber(value: RuntimeValue): number {
  return needed(isUndefined(value) ? undefined : numberOf(value), 'number');
}
