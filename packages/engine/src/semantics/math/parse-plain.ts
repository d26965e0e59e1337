import { noParse, undecidable } from './failure.ts';
import { integer, inverted, type MathNode, negated, type RelationOperator } from './nodes.ts';

/** Functions of the plain notation and how many arguments they take. */
const functions: Record<string, [least: number, most: number]> = {
  abs: [1, 1],
  acos: [1, 1],
  acosh: [1, 1],
  asin: [1, 1],
  asinh: [1, 1],
  atan: [1, 1],
  atanh: [1, 1],
  binomial: [2, 2],
  ceil: [1, 1],
  cos: [1, 1],
  cosh: [1, 1],
  exp: [1, 1],
  factorial: [1, 1],
  floor: [1, 1],
  ln: [1, 2],
  log: [1, 2],
  max: [1, 128],
  min: [1, 128],
  sin: [1, 1],
  sinh: [1, 1],
  sqrt: [1, 1],
  tan: [1, 1],
  tanh: [1, 1],
};

const constants: Record<string, 'pi' | 'e' | 'i' | 'inf'> = {
  E: 'e',
  I: 'i',
  e: 'e',
  i: 'i',
  inf: 'inf',
  infinity: 'inf',
  pi: 'pi',
};

/** Words of the programming language: no names. */
const keywords = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global
   if import in is lambda nonlocal not or pass raise return try while with yield`.split(/\s+/),
);

const tokenForm =
  /\s*(?:(?<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d[\d_]*)?[jJ]?)|(?<name>[\p{ID_Start}_][\p{ID_Continue}]*)|(?<operator>\*\*|\/\/|[<>!=]=|[-+*/%()[\]{},<>]))/suy;

/**
 * Parses an expression of Python's notation, `^` meaning power. Gives undefined for what is no such expression, so
 * that it can be tried as LaTeX.
 */
export function parsePlain(candidate: string): MathNode | undefined {
  if (candidate.includes('\\') || /\^\s*\{/.test(candidate)) return undefined;
  const trimmed = candidate.trim().replaceAll('^', '**');
  const text = /^\s*-?\d{1,3}(?:,\d{3})+(?:\.\d+)?\s*$/.test(trimmed) ? trimmed.replaceAll(',', '') : trimmed;
  const sides = splitEquation(text);
  if (sides) {
    const [left, right] = sides.map(parsePlain);
    return left && right ? { kind: 'relation', operator: '=', left, right } : undefined;
  }
  if (text.includes('#')) throw undecidable('a comment in an expression');
  try {
    return new PlainParser(tokenize(text)).parse();
  } catch (error) {
    if (error instanceof PlainSyntaxError) return undefined;
    throw error;
  }
}

/** The two sides of the one bare `=` outside brackets, if there is exactly one. */
export function splitEquation(text: string): [string, string] | undefined {
  let depth = 0;
  let at: number | undefined;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i]!;
    if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth = Math.max(0, depth - 1);
    else if (char === '=' && depth === 0) {
      if ('<>!='.includes(text[i - 1] ?? ' ') || text[i + 1] === '=') continue;
      if (at !== undefined) return undefined;
      at = i;
    }
  }
  return at === undefined ? undefined : [text.slice(0, at), text.slice(at + 1)];
}

class PlainSyntaxError extends Error {}

interface Token {
  type: 'number' | 'name' | 'operator';
  text: string;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  tokenForm.lastIndex = 0;
  let at = 0;
  while (at < text.trimEnd().length) {
    tokenForm.lastIndex = at;
    const match = tokenForm.exec(text);
    if (!match?.groups) throw new PlainSyntaxError();
    const [type, value] = Object.entries(match.groups).find(([, found]) => found !== undefined)!;
    // A line ends the expression, but inside brackets.
    if (depth === 0 && match[0].slice(0, -value!.length).includes('\n')) throw new PlainSyntaxError();
    if ('([{'.includes(value!)) depth += 1;
    if (')]}'.includes(value!)) depth -= 1;
    tokens.push({ type: type as Token['type'], text: value! });
    at = tokenForm.lastIndex;
  }
  return tokens;
}

const comparisons = new Map<string, RelationOperator>([
  ['==', '='],
  ['!=', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

class PlainParser {
  readonly #tokens: Token[];
  #at = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  parse(): MathNode {
    const node = this.#list('');
    if (this.#at < this.#tokens.length) throw new PlainSyntaxError();
    return node;
  }

  #take(...texts: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.type !== 'operator' || !texts.includes(token.text)) return undefined;
    this.#at += 1;
    return token.text;
  }

  #peekIs(text: string): boolean {
    const token = this.#tokens[this.#at];
    return text === '' ? token === undefined : token?.type === 'operator' && token.text === text;
  }

  /** One expression, or several with commas: a tuple. A single one with a comma behind it is a tuple too. */
  #list(close: string): MathNode {
    const items = this.#items(close);
    return items.length === 1 && !items.trailing
      ? items[0]!
      : { kind: 'tuple', items: [...items], notation: 'plain' };
  }

  #items(close: string): MathNode[] & { trailing?: boolean } {
    const items: MathNode[] & { trailing?: boolean } = [];
    while (!this.#peekIs(close)) {
      items.push(this.#comparison());
      items.trailing = this.#take(',') !== undefined;
      if (!items.trailing) break;
    }
    if (items.length === 0 && close === '') throw new PlainSyntaxError();
    return items;
  }

  #comparison(): MathNode {
    const relations: MathNode[] = [];
    let left = this.#sum();
    for (;;) {
      const operator = this.#take(...comparisons.keys());
      if (!operator) break;
      const right = this.#sum();
      relations.push({ kind: 'relation', operator: comparisons.get(operator)!, left, right });
      left = right;
    }
    if (relations.length === 0) return left;
    return relations.length === 1 ? relations[0]! : { kind: 'chain', items: relations, notation: 'plain' };
  }

  #sum(): MathNode {
    let left = this.#product();
    for (;;) {
      const operator = this.#take('+', '-');
      if (!operator) return left;
      const right = this.#product();
      left = { kind: 'add', items: [left, operator === '-' ? negated(right) : right] };
    }
  }

  #product(): MathNode {
    let left = this.#unary();
    for (;;) {
      const operator = this.#take('*', '/', '%', '//');
      if (!operator) return left;
      if (operator === '//') throw new PlainSyntaxError();
      const right = this.#unary();
      if (operator === '%') left = { kind: 'call', name: 'mod', items: [left, right] };
      else left = { kind: 'multiply', items: [left, operator === '/' ? inverted(right) : right] };
    }
  }

  #unary(): MathNode {
    const sign = this.#take('+', '-');
    if (!sign) return this.#power();
    const operand = this.#unary();
    return sign === '-' ? negated(operand) : operand;
  }

  #power(): MathNode {
    const base = this.#atom();
    if (!this.#take('**')) return base;
    return { kind: 'power', base, exponent: this.#unary() };
  }

  #atom(): MathNode {
    const token = this.#tokens[this.#at];
    if (!token) throw new PlainSyntaxError();
    this.#at += 1;
    if (token.type === 'number') return plainNumber(token.text);
    if (token.type === 'name') return this.#name(token.text);
    switch (token.text) {
      case '(':
        return this.#enclosed(')', this.#peekIs(')') ? [] : undefined);
      case '[':
        return this.#closed(']', (items) => ({ kind: 'tuple', items, notation: 'plain' }));
      case '{':
        return this.#closed('}', (items) => {
          if (items.length === 0) throw new PlainSyntaxError();
          return { kind: 'set', items, notation: 'plain' };
        });
      default:
        throw new PlainSyntaxError();
    }
  }

  #enclosed(close: string, empty: MathNode[] | undefined): MathNode {
    const node: MathNode = empty ? { kind: 'tuple', items: empty, notation: 'plain' } : this.#list(close);
    if (!this.#take(close)) throw new PlainSyntaxError();
    return node;
  }

  #closed(close: string, build: (items: MathNode[]) => MathNode): MathNode {
    const items = this.#items(close);
    if (!this.#take(close)) throw new PlainSyntaxError();
    return build([...items]);
  }

  #name(name: string): MathNode {
    if (keywords.has(name)) throw new PlainSyntaxError();
    if (this.#take('(')) return this.#call(name);
    // What follows a value directly cannot be indexed or called here.
    if (this.#peekIs('[')) throw new PlainSyntaxError();
    const constant = Object.hasOwn(constants, name) ? constants[name] : undefined;
    return constant
      ? { kind: 'constant', name: constant }
      : { kind: 'symbol', name: name.normalize('NFKC').toLowerCase() };
  }

  #call(name: string): MathNode {
    const bounds = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!bounds) throw new PlainSyntaxError();
    const items = [...this.#items(')')];
    if (!this.#take(')') || items.length < bounds[0] || items.length > bounds[1])
      throw new PlainSyntaxError();
    if (name === 'sqrt')
      return {
        kind: 'power',
        base: items[0]!,
        exponent: { kind: 'multiply', items: [integer(1), inverted(integer(2))] },
      };
    if (name === 'log' || name === 'ln') {
      const base: MathNode = items[1] ?? { kind: 'constant', name: 'e' };
      return { kind: 'call', name: 'log', items: [items[0]!, base] };
    }
    return { kind: 'call', name: name === 'ceil' ? 'ceiling' : name, items };
  }
}

function plainNumber(text: string): MathNode {
  const isImaginary = /[jJ]$/.test(text);
  const digits = isImaginary ? text.slice(0, -1) : text;
  if (/__|_$|^_|_\.|\._|_[eE]/.test(digits)) throw new PlainSyntaxError();
  const plain = digits.replaceAll('_', '');
  const isFloat = isImaginary || /[.eE]/.test(plain);
  // A whole number has no leading zeros in Python.
  if (!isFloat && /^0+[1-9]/.test(plain)) throw new PlainSyntaxError();
  if (isFloat && !Number.isFinite(Number(plain))) throw noParse('a number without bound');
  const node: MathNode = { kind: 'number', value: plain, isFloat };
  return isImaginary ? { kind: 'multiply', items: [node, { kind: 'constant', name: 'i' }] } : node;
}
