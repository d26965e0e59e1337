import { noParse, undecidable } from './failure.ts';
import { LatexCursor } from './latex-cursor.ts';
import { buildCall, isMinusOne, juxtapose, minus, plusMinus, textSymbol } from './latex-values.ts';
import {
  accents,
  betweenFactors,
  functions,
  inverses,
  letters,
  relations,
  unknownCommands,
} from './latex-words.ts';
import { integer, inverted, type MathNode, negated } from './nodes.ts';

/** Reads a formula by descent: from relations down to single values. */
export class LatexParser {
  readonly #cursor: LatexCursor;
  /** Inside |…|, where a bar closes. */
  #bars = 0;

  constructor(formula: string) {
    this.#cursor = new LatexCursor(formula);
  }

  parse(): MathNode {
    const items = [this.#union()];
    while (this.#cursor.mark(',')) items.push(this.#union());
    const left = this.#cursor.peek();
    if (left) throw undecidable(`"${left.text}" in a formula`);
    if (items.length === 1) return items[0]!;
    if (items.some((item) => item.kind === 'tuple' || item.kind === 'interval'))
      throw undecidable('a list of tuples');
    return { kind: 'set', items, notation: 'latex' };
  }

  #union(): MathNode {
    const items = [this.#relation()];
    while (this.#cursor.command('cup')) items.push(this.#relation());
    return items.length === 1 ? items[0]! : { kind: 'union', items };
  }

  #relation(): MathNode {
    const found: MathNode[] = [];
    let left = this.#sum();
    for (;;) {
      const token = this.#cursor.peek();
      const operator = token && token.type !== 'letter' ? relations.get(token.text) : undefined;
      if (!operator || token!.type === 'text') break;
      this.#cursor.next();
      const right = this.#sum();
      found.push({ kind: 'relation', operator, left, right });
      left = right;
    }
    // Of an approximation the name is left out, else what stands first counts.
    if (found.length === 0 && this.#cursor.command('approx')) {
      const right = this.#sum();
      return left.kind === 'symbol' ? right : left;
    }
    if (found.length === 0) return left;
    return found.length === 1 ? found[0]! : { kind: 'chain', items: found, notation: 'latex' };
  }

  #sum(): MathNode {
    let left = this.#cursor.command('pm') ? plusMinus(integer(0), this.#product()) : this.#product();
    for (;;) {
      const minus = this.#cursor.mark('-');
      if (minus || this.#cursor.mark('+')) {
        const right = this.#product();
        left = { kind: 'add', items: [left, minus ? negated(right) : right] };
      } else if (this.#cursor.command('pm')) left = plusMinus(left, this.#product());
      else return left;
    }
  }

  /** Signs bind less than products: −2^2 is −(2^2). */
  #product(): MathNode {
    if (this.#cursor.mark('-')) return minus(this.#product());
    if (this.#cursor.mark('+')) return this.#product();
    let left = this.#juxtaposed();
    for (;;) {
      const sign = this.#productSign();
      if (!sign) return left;
      const right = this.#cursor.is('mark', '-') ? this.#product() : this.#juxtaposed();
      if (sign === 'mod') left = { kind: 'call', name: 'mod', items: [left, right] };
      else left = { kind: 'multiply', items: [left, sign === 'divide' ? inverted(right) : right] };
    }
  }

  #productSign(): 'multiply' | 'divide' | 'mod' | undefined {
    const cursor = this.#cursor;
    if (cursor.mark('/') || cursor.mark(':') || cursor.command('div')) return 'divide';
    if (cursor.command('mod')) return 'mod';
    return cursor.mark('*') || cursor.command('cdot') || cursor.command('times') ? 'multiply' : undefined;
  }

  /** Factors side by side: they bind tighter than a division sign. */
  #juxtaposed(): MathNode {
    const items = [this.#factor()];
    while (this.#startsFactor()) {
      const before = this.#cursor.previous()!;
      const next = this.#cursor.peek()!;
      if (before.type === 'letter' && before.text === 'd' && next.type === 'letter')
        throw undecidable('a differential');
      const factor = this.#factor();
      items.push(factor);
    }
    return juxtapose(items);
  }

  #startsFactor(): boolean {
    const token = this.#cursor.peek();
    if (!token) return false;
    if (token.type === 'mark')
      return token.text === '(' || token.text === '[' || (token.text === '|' && this.#bars === 0);
    if (token.type !== 'command') return true;
    return !betweenFactors.has(token.text) && !relations.has(token.text);
  }

  #factor(): MathNode {
    let node = this.#base();
    for (;;) {
      if (this.#cursor.mark('^')) {
        const exponent = this.#exponent();
        if (exponent) node = { kind: 'power', base: node, exponent };
      } else if (this.#cursor.mark('!')) node = { kind: 'call', name: 'factorial', items: [node] };
      else return node;
    }
  }

  /** A degree sign is no power; it is dropped. */
  #exponent(): MathNode | undefined {
    if (this.#cursor.command('circ')) return undefined;
    if (this.#cursor.mark('-')) return negated(this.#base());
    if (!this.#cursor.mark('{')) return this.#base();
    if (this.#cursor.command('circ')) {
      this.#cursor.expect('}');
      return undefined;
    }
    const inner = this.#sum();
    this.#cursor.expect('}');
    return inner;
  }

  #base(): MathNode {
    const token = this.#cursor.next();
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
      const below = this.#cursor.command('choose') ? this.#sum() : undefined;
      this.#cursor.expect('}');
      return below ? { kind: 'call', name: 'binomial', items: [inner, below] } : inner;
    }
    if (mark === '|') {
      this.#bars += 1;
      const inner = this.#sum();
      this.#bars -= 1;
      this.#cursor.expect('|');
      return { kind: 'call', name: 'abs', items: [inner] };
    }
    throw noParse(`"${mark}" stands where a value should`);
  }

  /** A group; with one comma an interval, with more a tuple. */
  #bracketed(open: string): MathNode {
    const bars = this.#bars;
    this.#bars = 0;
    const items = [this.#union()];
    while (this.#cursor.mark(',')) items.push(this.#union());
    this.#bars = bars;
    const close = this.#cursor.mark(')') ? ')' : this.#cursor.mark(']') ? ']' : undefined;
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
    const isFunction = /^[fgh]$/.test(letter) && this.#cursor.is('mark', '(') && !this.#cursor.peek()!.spaced;
    if (isFunction) {
      this.#cursor.next();
      const argument = this.#sum();
      this.#cursor.expect(')');
      return { kind: 'call', name: `apply-${letter}`, items: [argument] };
    }
    const name = letter.toLowerCase();
    if (name === 'e' && !this.#cursor.is('mark', '_')) return { kind: 'constant', name: 'e' };
    return this.#indexed(name);
  }

  /** A name, with its index if it has one. */
  #indexed(name: string): MathNode {
    return { kind: 'symbol', name: this.#cursor.is('mark', '_') ? `${name}_${this.#subscript()}` : name };
  }

  #accented(accent: string): MathNode {
    this.#cursor.expect('{');
    let name = '';
    while (this.#cursor.peek()?.type === 'letter') name += this.#cursor.next().text.toLowerCase();
    this.#cursor.expect('}');
    return { kind: 'symbol', name: `${accent}{${name}}` };
  }

  #subscript(): string {
    this.#cursor.next();
    if (!this.#cursor.mark('{')) return this.#cursor.next().text.toLowerCase();
    let name = '';
    while (this.#cursor.peek() && !this.#cursor.is('mark', '}')) name += this.#cursor.next().text;
    this.#cursor.expect('}');
    return name.length === 1 ? name.toLowerCase() : `{${name.toLowerCase()}}`;
  }

  #commandBase(name: string): MathNode {
    if (letters.has(name)) return this.#indexed(name.toLowerCase());
    if (accents.has(name)) return this.#accented(accents.get(name)!);
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
    this.#cursor.expect('{');
    const inner = this.#sum();
    this.#cursor.expect('}');
    return inner;
  }

  #listed(): MathNode[] {
    this.#cursor.expect('(');
    const items = [this.#sum()];
    while (this.#cursor.mark(',')) items.push(this.#sum());
    this.#cursor.expect(')');
    return items;
  }

  #root(): MathNode {
    let degree: MathNode = integer(2);
    if (this.#cursor.mark('[')) {
      degree = this.#sum();
      this.#cursor.expect(']');
    }
    const base = this.#cursor.is('mark', '{') ? this.#argument() : this.#base();
    return { kind: 'power', base, exponent: { kind: 'multiply', items: [integer(1), inverted(degree)] } };
  }

  #between(close: string, name: string): MathNode {
    const inner = this.#sum();
    if (!this.#cursor.command(close)) throw undecidable(`a formula without its \\${close}`);
    return { kind: 'call', name, items: [inner] };
  }

  #numberSet(): MathNode {
    this.#cursor.expect('{');
    const letter = this.#cursor.next().text;
    this.#cursor.expect('}');
    if (!/^[RNZQC]$/.test(letter)) throw undecidable('a number set');
    return { kind: 'named-set', name: letter };
  }

  #set(): MathNode {
    if (this.#cursor.is('command', '}')) throw noParse('an empty pair of braces');
    const items = [this.#union()];
    while (this.#cursor.mark(',')) items.push(this.#union());
    if (!this.#cursor.command('}')) throw undecidable('a set by description');
    return { kind: 'set', items, notation: 'latex' };
  }

  #function(name: string): MathNode {
    let base: MathNode | undefined;
    if (this.#cursor.mark('_')) base = this.#cursor.is('mark', '{') ? this.#argument() : this.#base();
    const power = this.#cursor.mark('^') ? this.#exponent() : undefined;
    const argument = this.#functionArgument();
    const inverse = power && isMinusOne(power) ? inverses[name] : undefined;
    if (power && isMinusOne(power) && !inverse) throw undecidable('a power of a function');
    const call = buildCall(inverse ?? name, argument, base);
    return power && !inverse ? { kind: 'power', base: call, exponent: power } : call;
  }

  /** In brackets, or all factors that follow up to the next function: \sin 2x is the sine of 2x. */
  #functionArgument(): MathNode {
    if (this.#cursor.is('mark', '(')) return this.#bracketed(this.#cursor.next().text);
    if (this.#cursor.is('mark', '{')) return this.#argument();
    const items = [this.#factor()];
    while (this.#startsFactor() && !functions.has(this.#cursor.peek()!.text)) items.push(this.#factor());
    return items.length === 1 ? items[0]! : { kind: 'multiply', items };
  }
}
