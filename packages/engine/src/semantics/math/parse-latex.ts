import { noParse, undecidable } from './failure.ts';
import { type LatexToken, latexTokens } from './latex-tokens.ts';
import { integer, inverted, type MathNode, negated, type RelationOperator } from './nodes.ts';
import { normalizeLatex } from './normalize-latex.ts';

const functions = new Map(
  Object.entries({
    arccos: 'acos',
    arcsin: 'asin',
    arctan: 'atan',
    cos: 'cos',
    cosh: 'cosh',
    cot: 'cot',
    csc: 'csc',
    exp: 'exp',
    ln: 'ln',
    log: 'log',
    sec: 'sec',
    sin: 'sin',
    sinh: 'sinh',
    tan: 'tan',
    tanh: 'tanh',
  }),
);
const inverses: Record<string, string> = { sin: 'asin', cos: 'acos', tan: 'atan' };
const letters = new Set(
  `alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau upsilon
   phi varphi chi psi omega varnothing`.split(/\s+/),
);
const relations = new Map<string, RelationOperator>(
  Object.entries({
    '=': '=',
    '!=': '!=',
    ne: '!=',
    neq: '!=',
    '<': '<',
    lt: '<',
    '>': '>',
    gt: '>',
    '<=': '<=',
    le: '<=',
    leq: '<=',
    '>=': '>=',
    ge: '>=',
    geq: '>=',
    in: '=',
  } as const),
);
/** Commands that stand for no value in the notation as Inspect's parser knows it. */
const unknownCommands = new Set(
  `bmod boxed cdot dots exists forall implies land langle lbrace neg operatorname partial times to underline`.split(
    ' ',
  ),
);
/** Marks and signs, other than letters and the signs with a LaTeX name. */
const foreignMark = /[?@`~#]|(?![±≈∅])[^\x00-\x7f\p{L}]/u;
const matrixForm = /^\\begin\{([pbB]?)matrix\}(.*)\\end\{\1matrix\}$/s;

/**
 * Parses the part of LaTeX that answers are mostly written in. Throws `no-parse` for what certainly is no formula
 * and `undecidable` for what may be one beyond this part.
 */
export function parseLatex(candidate: string): MathNode {
  if (!isBalanced(candidate)) throw noParse('brackets do not match');
  const matrix = matrixForm.exec(candidate.trim());
  if (matrix) return parseMatrix(matrix[2]!);
  const text = normalizeLatex(candidate);
  if (foreignMark.test(text)) throw noParse('a character that no formula has');
  if (text === '{}' || text === '\\{\\}') return { kind: 'named-set', name: 'empty' };
  return new LatexParser(latexTokens(text)).parse();
}

/** Round and square brackets may close each other, as those of half-open intervals do. */
function isBalanced(text: string): boolean {
  const braces: string[] = [];
  let round = 0;
  for (const char of text.replace(/\\[{}]/g, '')) {
    if (char === '{') braces.push(char);
    else if (char === '}' && !braces.pop()) return false;
    if (char === '(' || char === '[') round += 1;
    else if (char === ')' || char === ']') round -= 1;
    if (round < 0) return false;
  }
  return braces.length === 0 && round === 0;
}

function parseMatrix(body: string): MathNode {
  const rows = body.split('\\\\').map((row) => row.split('&').map((cell) => parseLatex(cell.trim())));
  if (new Set(rows.map((row) => row.length)).size > 1)
    throw undecidable('a matrix with rows of unequal length');
  return { kind: 'matrix', rows };
}

class LatexParser {
  readonly #tokens: LatexToken[];
  #at = 0;
  /** Inside |…|, where a bar closes. */
  #bars = 0;

  constructor(tokens: LatexToken[]) {
    this.#tokens = tokens;
  }

  parse(): MathNode {
    const items = [this.#union()];
    while (this.#mark(',')) items.push(this.#union());
    if (this.#at < this.#tokens.length) throw undecidable(`"${this.#tokens[this.#at]!.text}" in a formula`);
    if (items.length === 1) return items[0]!;
    if (items.some((item) => item.kind === 'tuple' || item.kind === 'interval'))
      throw undecidable('a list of tuples');
    return { kind: 'set', items, notation: 'latex' };
  }

  #peek(ahead = 0): LatexToken | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #is(type: LatexToken['type'], text: string): boolean {
    const token = this.#peek();
    return token?.type === type && token.text === text;
  }

  #mark(text: string): boolean {
    if (!this.#is('mark', text)) return false;
    this.#at += 1;
    return true;
  }

  #command(text: string): boolean {
    if (!this.#is('command', text)) return false;
    this.#at += 1;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#mark(mark)) throw undecidable(`a formula without its "${mark}"`);
  }

  #union(): MathNode {
    const items = [this.#relation()];
    while (this.#command('cup')) items.push(this.#relation());
    return items.length === 1 ? items[0]! : { kind: 'union', items };
  }

  #relation(): MathNode {
    const found: MathNode[] = [];
    let left = this.#sum();
    for (;;) {
      const token = this.#peek();
      const operator = token && token.type !== 'letter' ? relations.get(token.text) : undefined;
      if (!operator || token!.type === 'text') break;
      this.#at += 1;
      const right = this.#sum();
      found.push({ kind: 'relation', operator, left, right });
      left = right;
    }
    if (found.length === 0) return left;
    return found.length === 1 ? found[0]! : { kind: 'chain', items: found, notation: 'latex' };
  }

  #sum(): MathNode {
    let left = this.#command('pm') ? plusMinus(integer(0), this.#product()) : this.#product();
    for (;;) {
      const minus = this.#mark('-');
      if (minus || this.#mark('+')) {
        const right = this.#product();
        left = { kind: 'add', items: [left, minus ? negated(right) : right] };
      } else if (this.#command('pm')) left = plusMinus(left, this.#product());
      else return left;
    }
  }

  /** Signs bind less than products: −2^2 is −(2^2). */
  #product(): MathNode {
    if (this.#mark('-')) return minus(this.#product());
    if (this.#mark('+')) return this.#product();
    let left = this.#juxtaposed();
    for (;;) {
      const divides = this.#mark('/') || this.#mark(':') || this.#command('div');
      if (!divides && !this.#mark('*') && !this.#command('cdot') && !this.#command('times')) return left;
      const right = this.#is('mark', '-') ? this.#product() : this.#juxtaposed();
      left = { kind: 'multiply', items: [left, divides ? inverted(right) : right] };
    }
  }

  /** Factors side by side: they bind tighter than a division sign. */
  #juxtaposed(): MathNode {
    const items = [this.#factor()];
    while (this.#startsFactor()) {
      const before = this.#tokens[this.#at - 1]!;
      const next = this.#peek()!;
      if (before.type === 'letter' && before.text === 'd' && next.type === 'letter')
        throw undecidable('a differential');
      const factor = this.#factor();
      items.push(factor);
    }
    return juxtapose(items);
  }

  #startsFactor(): boolean {
    const token = this.#peek();
    if (!token) return false;
    if (token.type === 'mark')
      return token.text === '(' || token.text === '[' || (token.text === '|' && this.#bars === 0);
    if (token.type !== 'command') return true;
    return (
      !['cdot', 'times', 'div', 'cup', 'pm', '}', '|', 'rfloor', 'rceil', 'rvert'].includes(token.text) &&
      !relations.has(token.text)
    );
  }

  #factor(): MathNode {
    let node = this.#base();
    for (;;) {
      if (this.#mark('^')) {
        const exponent = this.#exponent();
        if (exponent) node = { kind: 'power', base: node, exponent };
      } else if (this.#mark('!')) node = { kind: 'call', name: 'factorial', items: [node] };
      else return node;
    }
  }

  /** A degree sign is no power; it is dropped. */
  #exponent(): MathNode | undefined {
    if (this.#command('circ')) return undefined;
    if (this.#mark('-')) return negated(this.#base());
    if (!this.#mark('{')) return this.#base();
    if (this.#command('circ')) {
      this.#expect('}');
      return undefined;
    }
    const inner = this.#sum();
    this.#expect('}');
    return inner;
  }

  #base(): MathNode {
    const token = this.#peek();
    if (!token) throw noParse('the formula ends too early');
    this.#at += 1;
    switch (token.type) {
      case 'number':
        return { kind: 'number', value: token.text, isFloat: /[.E]/.test(token.text) };
      case 'text':
        return textSymbol(token.text);
      case 'letter':
        return this.#letter(token.text);
      case 'command':
        return this.#commandBase(token.text);
      case 'mark':
        return this.#markBase(token.text);
    }
  }

  #markBase(mark: string): MathNode {
    if (mark === '(' || mark === '[') return this.#bracketed(mark);
    if (mark === '{') {
      const inner = this.#union();
      this.#expect('}');
      return inner;
    }
    if (mark === '|') {
      this.#bars += 1;
      const inner = this.#sum();
      this.#bars -= 1;
      this.#expect('|');
      return { kind: 'call', name: 'abs', items: [inner] };
    }
    throw noParse(`"${mark}" stands where a value should`);
  }

  /** A group; with one comma an interval, with more a tuple. */
  #bracketed(open: string): MathNode {
    const bars = this.#bars;
    this.#bars = 0;
    const items = [this.#union()];
    while (this.#mark(',')) items.push(this.#union());
    this.#bars = bars;
    const close = this.#mark(')') ? ')' : this.#mark(']') ? ']' : undefined;
    if (!close) throw undecidable('a bracket that is not closed');
    if (items.length === 1 && (open === '(') === (close === ')')) return items[0]!;
    if (items.length === 2) {
      return { kind: 'interval', items: [items[0]!, items[1]!], open: [open === '(', close === ')'] };
    }
    if (items.length > 2 && open === '(' && close === ')') return { kind: 'tuple', items, notation: 'latex' };
    throw undecidable('a list in brackets');
  }

  /** `e` is Euler's number; `i` is a name like any other in this notation. */
  #letter(letter: string): MathNode {
    const isFunction = /^[fgh]$/.test(letter) && this.#is('mark', '(') && !this.#peek()!.spaced;
    if (isFunction) {
      this.#at += 1;
      const argument = this.#sum();
      this.#expect(')');
      return { kind: 'call', name: `apply-${letter}`, items: [argument] };
    }
    const name = letter.toLowerCase();
    if (this.#is('mark', '_')) return { kind: 'symbol', name: `${name}_${this.#subscript()}` };
    return name === 'e' ? { kind: 'constant', name: 'e' } : { kind: 'symbol', name };
  }

  #subscript(): string {
    this.#at += 1;
    if (!this.#mark('{')) return (this.#tokens[this.#at++]?.text ?? '').toLowerCase();
    let name = '';
    while (this.#peek() && !this.#is('mark', '}')) name += this.#tokens[this.#at++]!.text;
    this.#expect('}');
    return name.length === 1 ? name.toLowerCase() : `{${name.toLowerCase()}}`;
  }

  #commandBase(name: string): MathNode {
    if (letters.has(name)) return { kind: 'symbol', name };
    if (functions.has(name)) return this.#function(functions.get(name)!);
    switch (name) {
      case 'pi':
        return { kind: 'constant', name: 'pi' };
      case 'infty':
        return { kind: 'constant', name: 'inf' };
      case 'emptyset':
        return { kind: 'named-set', name: 'empty' };
      case 'mathbb':
        return this.#numberSet();
      case 'frac': {
        const top = this.#argument();
        return { kind: 'multiply', items: [top, inverted(this.#argument())] };
      }
      case 'binom': {
        const top = this.#argument();
        return { kind: 'call', name: 'binomial', items: [top, this.#argument()] };
      }
      case 'max':
      case 'min':
        return { kind: 'call', name, items: this.#listed() };
      case 'sqrt':
        return this.#root();
      case 'lvert':
        return this.#between('rvert', 'abs');
      case 'lfloor':
        return this.#between('rfloor', 'floor');
      case 'lceil':
        return this.#between('rceil', 'ceiling');
      case '{':
        return this.#set();
      default:
        if (unknownCommands.has(name)) throw noParse(`\\${name} stands for no value`);
        throw undecidable(`\\${name} in a formula`);
    }
  }

  #argument(): MathNode {
    this.#expect('{');
    const inner = this.#sum();
    this.#expect('}');
    return inner;
  }

  #listed(): MathNode[] {
    this.#expect('(');
    const items = [this.#sum()];
    while (this.#mark(',')) items.push(this.#sum());
    this.#expect(')');
    return items;
  }

  #root(): MathNode {
    let degree: MathNode = integer(2);
    if (this.#mark('[')) {
      degree = this.#sum();
      this.#expect(']');
    }
    const base = this.#is('mark', '{') ? this.#argument() : this.#base();
    return { kind: 'power', base, exponent: { kind: 'multiply', items: [integer(1), inverted(degree)] } };
  }

  #between(close: string, name: string): MathNode {
    const inner = this.#sum();
    if (!this.#command(close)) throw undecidable(`a formula without its \\${close}`);
    return { kind: 'call', name, items: [inner] };
  }

  #numberSet(): MathNode {
    this.#expect('{');
    const letter = this.#tokens[this.#at++]?.text ?? '';
    this.#expect('}');
    if (!/^[RNZQC]$/.test(letter)) throw undecidable('a number set');
    return { kind: 'named-set', name: letter };
  }

  #set(): MathNode {
    if (this.#is('command', '}')) throw noParse('an empty pair of braces');
    const items = [this.#union()];
    while (this.#mark(',')) items.push(this.#union());
    if (!this.#command('}')) throw undecidable('a set by description');
    return { kind: 'set', items, notation: 'latex' };
  }

  #function(name: string): MathNode {
    let base: MathNode | undefined;
    if (this.#mark('_')) base = this.#is('mark', '{') ? this.#argument() : this.#base();
    const power = this.#mark('^') ? this.#exponent() : undefined;
    const argument = this.#functionArgument();
    const inverse = power && isMinusOne(power) ? inverses[name] : undefined;
    if (power && isMinusOne(power) && !inverse) throw undecidable('a power of a function');
    const call = buildCall(inverse ?? name, argument, base);
    return power && !inverse ? { kind: 'power', base: call, exponent: power } : call;
  }

  /** In brackets, or all factors that follow up to the next function: \sin 2x is the sine of 2x. */
  #functionArgument(): MathNode {
    if (this.#is('mark', '(')) return this.#bracketed(this.#tokens[this.#at++]!.text);
    if (this.#is('mark', '{')) return this.#argument();
    const items = [this.#factor()];
    while (this.#startsFactor() && !functions.has(this.#peek()!.text)) items.push(this.#factor());
    return items.length === 1 ? items[0]! : { kind: 'multiply', items };
  }
}

/** Infinity with its sign is a value of its own in this notation. */
function minus(node: MathNode): MathNode {
  const isInfinite = node.kind === 'constant' && node.name === 'inf';
  return isInfinite ? { kind: 'constant', name: '-inf' } : negated(node);
}

/** Both values at once. */
function plusMinus(left: MathNode, right: MathNode): MathNode {
  const items: MathNode[] = [
    { kind: 'add', items: [left, right] },
    { kind: 'add', items: [left, negated(right)] },
  ];
  return { kind: 'set', items, notation: 'latex' };
}

function buildCall(name: string, argument: MathNode, base: MathNode | undefined): MathNode {
  if (name === 'ln') return { kind: 'call', name: 'log', items: [argument, { kind: 'constant', name: 'e' }] };
  if (name === 'log') return { kind: 'call', name: 'log', items: [argument, base ?? integer(10)] };
  if (base) throw undecidable('an index at a function');
  return { kind: 'call', name, items: [argument] };
}

function isMinusOne(node: MathNode): boolean {
  return (
    node.kind === 'multiply' &&
    node.items.every((item) => item.kind === 'number' && Math.abs(Number(item.value)) === 1)
  );
}

/**
 * A product, but for a whole number before a positive number: 3\frac{1}{2} is three and a half. Inspect's parser
 * takes `2 3` and `2(3)` for such mixed numbers too, and so do we: a score must not depend on who ran it.
 */
function juxtapose(items: MathNode[]): MathNode {
  let product = items.at(-1)!;
  let isMixed = isPositiveLiteral(product);
  for (const item of items.slice(0, -1).reverse()) {
    isMixed &&= isWholeNumber(item);
    product = isMixed ? { kind: 'add', items: [item, product] } : multiplied(item, product);
  }
  return product;
}

function multiplied(left: MathNode, right: MathNode): MathNode {
  const factors = right.kind === 'multiply' && !isFraction(right) ? right.items : [right];
  return { kind: 'multiply', items: [left, ...factors] };
}

function isWholeNumber(node: MathNode): boolean {
  return node.kind === 'number' && !node.isFloat;
}

function isPositiveLiteral(node: MathNode): boolean {
  if (node.kind === 'number') return !node.isFloat && Number(node.value) > 0;
  return isFraction(node);
}

/** \frac of two whole numbers. */
function isFraction(node: MathNode): boolean {
  if (node.kind !== 'multiply' || node.items.length !== 2) return false;
  const [top, bottom] = node.items;
  return isWholeNumber(top!) && bottom?.kind === 'power' && isWholeNumber(bottom.base);
}

/** Words set as text are one name, blanks and brackets left out. */
function textSymbol(text: string): MathNode {
  const name = text.replace(/[\s()]/g, '').toLowerCase();
  if (!/^[a-z]+$/.test(name)) throw undecidable('a text in a formula');
  return { kind: 'symbol', name };
}
