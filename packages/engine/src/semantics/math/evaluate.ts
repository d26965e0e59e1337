import { Decimal } from 'decimal.js';
import { undecidable } from './failure.ts';
import type { MathNode } from './nodes.ts';

/** A complex number to many digits. */
export interface Value {
  re: Decimal;
  im: Decimal;
}

/** Significant digits: far more than two different short expressions can share by chance. */
const digits = 80;
/** Two values that agree to this many digits are equal. */
const agreement = 50;

const Precise = Decimal.clone({ precision: digits, toExpNeg: -9e15, toExpPos: 9e15, maxE: 1e6, minE: -1e6 });
const zero = new Precise(0);
const one = new Precise(1);
const pi = Precise.acos(-1);
const maxFactorial = 5000;

type Real = (x: Decimal) => Decimal;

const realFunctions: Record<string, Real> = {
  abs: (x) => x.abs(),
  acos: (x) => Precise.acos(x),
  acosh: (x) => Precise.acosh(x),
  asin: (x) => Precise.asin(x),
  asinh: (x) => Precise.asinh(x),
  atan: (x) => Precise.atan(x),
  atanh: (x) => Precise.atanh(x),
  ceiling: (x) => x.ceil(),
  cos: (x) => Precise.cos(x),
  cosh: (x) => Precise.cosh(x),
  cot: (x) => one.div(Precise.tan(x)),
  csc: (x) => one.div(Precise.sin(x)),
  exp: (x) => Precise.exp(x),
  factorial,
  floor: (x) => x.floor(),
  sec: (x) => one.div(Precise.cos(x)),
  sin: (x) => Precise.sin(x),
  sinh: (x) => Precise.sinh(x),
  tan: (x) => Precise.tan(x),
  tanh: (x) => Precise.tanh(x),
};

/** Value of an expression where its names have the given values. Throws `undecidable` where it has none. */
export function evaluate(node: MathNode, names: ReadonlyMap<string, Value>): Value {
  switch (node.kind) {
    case 'number':
      return real(new Precise(node.value));
    case 'constant':
      return constantValue(node.name);
    case 'symbol': {
      const value = names.get(node.name);
      if (!value) throw undecidable('a name without a value');
      return value;
    }
    case 'add':
      return node.items.map((item) => evaluate(item, names)).reduce(add, real(zero));
    case 'multiply':
      return node.items.map((item) => evaluate(item, names)).reduce(multiply, real(one));
    case 'power':
      return power(evaluate(node.base, names), evaluate(node.exponent, names));
    case 'call':
      return call(
        node.name,
        node.items.map((item) => evaluate(item, names)),
      );
    default:
      throw undecidable('no number');
  }
}

export function real(re: Decimal | number | string): Value {
  return { re: new Precise(re), im: zero };
}

/** Equal to many digits. */
export function agree(a: Value, b: Value): boolean {
  const scale = Precise.max(magnitude(a), magnitude(b));
  return distance(a, b).lte(scale.times(new Precise(10).pow(-agreement)));
}

/** Equal as Inspect compares what is not exact: to 1e-10, absolute or relative. */
export function isClose(a: Value, b: Value): boolean {
  const [x, y] = [toDoubles(a), toDoubles(b)];
  const difference = Math.hypot(x.re - y.re, x.im - y.im);
  const scale = Math.max(Math.hypot(x.re, x.im), Math.hypot(y.re, y.im), 1e-10);
  return difference < 1e-10 || difference / scale < 1e-10;
}

/** Inspect rounds to double precision before it subtracts, which the last digit of the tolerance feels. */
function toDoubles(value: Value): { re: number; im: number } {
  return { re: value.re.toNumber(), im: value.im.toNumber() };
}

function distance(a: Value, b: Value): Decimal {
  return magnitude({ re: a.re.minus(b.re), im: a.im.minus(b.im) });
}

function magnitude(value: Value): Decimal {
  return value.im.isZero() ? value.re.abs() : Precise.hypot(value.re, value.im);
}

function constantValue(name: 'pi' | 'e' | 'i' | 'inf' | '-inf'): Value {
  if (name === 'pi') return real(pi);
  if (name === 'e') return real(Precise.exp(1));
  if (name === 'i') return { re: zero, im: one };
  throw undecidable('infinity in an expression');
}

function checked(value: Value): Value {
  if (!value.re.isFinite() || !value.im.isFinite()) throw undecidable('a value without bound');
  return value;
}

function add(a: Value, b: Value): Value {
  return { re: a.re.plus(b.re), im: a.im.plus(b.im) };
}

function multiply(a: Value, b: Value): Value {
  if (a.im.isZero() && b.im.isZero()) return checked(real(a.re.times(b.re)));
  return checked({
    re: a.re.times(b.re).minus(a.im.times(b.im)),
    im: a.re.times(b.im).plus(a.im.times(b.re)),
  });
}

/** Principal value. */
function power(base: Value, exponent: Value): Value {
  if (!exponent.im.isZero()) throw undecidable('an imaginary exponent');
  const e = exponent.re;
  if (base.re.isZero() && base.im.isZero()) {
    if (e.gt(0)) return real(zero);
    if (e.isZero()) return real(one);
    throw undecidable('a division by zero');
  }
  if (base.im.isZero() && (base.re.gt(0) || e.isInteger())) return checked(real(realPower(base.re, e)));
  const radius = realPower(magnitude(base), e);
  const angle = Precise.atan2(base.im, base.re).times(e);
  return checked({ re: radius.times(Precise.cos(angle)), im: radius.times(Precise.sin(angle)) });
}

/** Roots are taken as roots, so that those of squares come out whole. */
function realPower(base: Decimal, exponent: Decimal): Decimal {
  if (exponent.abs().gt(20_000)) throw undecidable('a huge exponent');
  if (exponent.eq(0.5)) return base.sqrt();
  if (exponent.eq(-0.5)) return one.div(base.sqrt());
  return base.pow(exponent);
}

function call(name: string, values: Value[]): Value {
  if (!values.every((value) => value.im.isZero())) {
    if (name === 'abs') return real(magnitude(values[0]!));
    throw undecidable('a function of a complex number');
  }
  const [x, y] = values.map((value) => value.re);
  if (name === 'log') return checked(logarithm(x!, y!));
  if (name === 'binomial') return checked(real(binomial(x!, y!)));
  if (name === 'mod') return checked(real(modulo(x!, y!)));
  if (name === 'max') return real(Precise.max(...values.map((value) => value.re)));
  if (name === 'min') return real(Precise.min(...values.map((value) => value.re)));
  const run = realFunctions[name];
  if (!run) throw undecidable(`the function ${name}`);
  return checked(real(run(x!)));
}

/** Principal value: that of a negative number is complex. */
function logarithm(x: Decimal, base: Decimal): Value {
  if (x.isZero() || base.lte(0) || base.eq(1)) throw undecidable('a logarithm outside its range');
  const scale = base.ln();
  return { re: x.abs().ln().div(scale), im: x.lt(0) ? pi.div(scale) : zero };
}

function factorial(x: Decimal): Decimal {
  if (!x.isInteger() || x.lt(0) || x.gt(maxFactorial)) throw undecidable('a factorial outside its range');
  let product = one;
  for (let i = 2; i <= x.toNumber(); i += 1) product = product.times(i);
  return product;
}

function binomial(n: Decimal, k: Decimal): Decimal {
  if (!k.isInteger() || k.lt(0) || k.gt(maxFactorial)) throw undecidable('a binomial outside its range');
  let product = one;
  for (let i = 1; i <= k.toNumber(); i += 1) product = product.times(n.minus(k).plus(i)).div(i);
  return product;
}

/** The remainder has the sign of the divisor. */
function modulo(x: Decimal, y: Decimal): Decimal {
  if (y.isZero()) throw undecidable('a division by zero');
  return x.minus(y.times(x.div(y).floor()));
}
