import {
  ArrayValue,
  BooleanValue,
  FloatValue,
  IntegerValue,
  type RuntimeValue,
  StringValue,
} from './library.ts';
import { equalValues, isList, isUndefined, itemsOf, numberOf, printText, undefinedError } from './values.ts';

/**
 * `left operator right` under Python's rules, where the library has JavaScript's: `'1' == 1` is false, lists are
 * compared by what they hold, `'a' + 1` is an error.
 * @throws Error when Python raises TypeError, and for undefined operands
 */
export function applyOperator(operator: string, left: RuntimeValue, right: RuntimeValue): RuntimeValue {
  for (const value of [left, right]) if (isUndefined(value)) throw undefinedError(value);
  switch (operator) {
    case '==':
      return new BooleanValue(equalValues(left, right));
    case '!=':
      return new BooleanValue(!equalValues(left, right));
    case 'in':
      return new BooleanValue(contains(right, left));
    case 'not in':
      return new BooleanValue(!contains(right, left));
    case '~':
      return new StringValue(printText(left) + printText(right));
    case '<':
    case '>':
    case '<=':
    case '>=':
      return new BooleanValue(compare(operator, left, right));
    default:
      return arithmetic(operator, left, right);
  }
}

function contains(container: RuntimeValue, item: RuntimeValue): boolean {
  if (isList(container)) return itemsOf(container).some((one) => equalValues(one, item));
  if (container.type === 'ObjectValue') return (container.value as Map<unknown, unknown>).has(item.value);
  if (container.type === 'StringValue' && item.type === 'StringValue') {
    return (container.value as string).includes(item.value as string);
  }
  throw mismatch('in', item, container);
}

function compare(operator: string, left: RuntimeValue, right: RuntimeValue): boolean {
  const order = orderOf(left, right) ?? fail(mismatch(operator, left, right));
  if (operator === '<') return order < 0;
  if (operator === '>') return order > 0;
  return operator === '<=' ? order <= 0 : order >= 0;
}

/** Below 0, 0, above 0; NaN with a NaN; undefined when Python cannot order the two. Texts by code points. */
export function orderOf(left: RuntimeValue, right: RuntimeValue): number | undefined {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a - b;
  if (left.type !== 'StringValue' || right.type !== 'StringValue') return undefined;
  const [first, second] = [Array.from(left.value as string), Array.from(right.value as string)];
  for (let at = 0; at < first.length && at < second.length; at += 1) {
    const difference = first[at]!.codePointAt(0)! - second[at]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return first.length - second.length;
}

function arithmetic(operator: string, left: RuntimeValue, right: RuntimeValue): RuntimeValue {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) {
    const isFloat = left.type === 'FloatValue' || right.type === 'FloatValue' || operator === '/';
    const result = calculate(operator, a, b);
    return isFloat || !Number.isInteger(result) ? new FloatValue(result) : new IntegerValue(result);
  }
  if (operator === '+' && left.type === 'StringValue' && right.type === 'StringValue') {
    return new StringValue((left.value as string) + (right.value as string));
  }
  if (operator === '+' && isList(left) && left.type === right.type) {
    return new ArrayValue([...itemsOf(left), ...itemsOf(right)]);
  }
  if (operator === '*') return repeat(left, right);
  throw mismatch(operator, left, right);
}

function calculate(operator: string, a: number, b: number): number {
  if ((operator === '/' || operator === '//' || operator === '%') && b === 0)
    throw new Error('division by zero');
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
      return Math.floor(a / b);
    case '%':
      // The sign of the divisor, unlike JavaScript's.
      return a - b * Math.floor(a / b);
    case '**':
      return a ** b;
    default:
      throw new Error(`there is no operator ${operator}`);
  }
}

function repeat(left: RuntimeValue, right: RuntimeValue): RuntimeValue {
  const [thing, times] = left.type === 'IntegerValue' ? [right, left] : [left, right];
  const count = Math.max(0, numberOf(times) ?? Number.NaN);
  if (times.type !== 'IntegerValue' || count > 100_000) throw mismatch('*', left, right);
  if (thing.type === 'StringValue') return new StringValue((thing.value as string).repeat(count));
  if (!isList(thing)) throw mismatch('*', left, right);
  return new ArrayValue(Array.from({ length: count }, () => itemsOf(thing)).flat());
}

function mismatch(operator: string, left: RuntimeValue, right: RuntimeValue): Error {
  return new Error(`${operator} does not work between ${left.type} and ${right.type}`);
}

function fail(error: Error): never {
  throw error;
}
