import { SemanticsError } from '../semantics/error.ts';
import { PythonFloat } from '../semantics/python/values.ts';

/**
 * `ast.literal_eval(text)`: texts, numbers, True, False, None, and lists, tuples, sets and mappings of them. Tuples and
 * sets are given as lists. Throws `bad-record`.
 */
export function parsePythonLiteral(text: string): unknown {
  const reader = new LiteralReader(text.replace(/^[ \t]+/, ''));
  const value = reader.readTop();
  return value;
}

const escapes: Record<string, string> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const words: Record<string, unknown> = { True: true, False: false, None: null };
const numberForm =
  /(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][-+]?\d+)?)/y;
const stringStart = /([rRbBuU]{0,2})('''|"""|'|")/y;
const wordForm = /[A-Za-z]+/y;

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readTop(): unknown {
    const first = this.#value();
    this.#space();
    if (this.#text[this.#at] !== ',') return this.#end(first);
    const items = [first];
    while (this.#take(',')) {
      this.#space();
      if (this.#at < this.#text.length) items.push(this.#value());
    }
    return this.#end(items);
  }

  #end(value: unknown): unknown {
    this.#space();
    if (this.#at < this.#text.length) throw this.#wrong();
    return value;
  }

  #value(): unknown {
    this.#space();
    const char = this.#text[this.#at];
    if (this.#take('[')) return this.#list(']');
    if (this.#take('(')) return this.#tuple();
    if (this.#take('{')) return this.#mapping();
    if (char === '-' || char === '+') {
      this.#at += 1;
      return signed(this.#value(), char) ?? this.#fail();
    }
    if (this.#match(stringStart, true)) return this.#strings();
    const number = this.#match(numberForm);
    if (number) return this.#number(number[0]);
    const word = this.#match(wordForm)?.[0] ?? '';
    return Object.hasOwn(words, word) ? words[word] : this.#fail();
  }

  #list(close: string): unknown[] {
    const items: unknown[] = [];
    for (;;) {
      this.#space();
      if (this.#take(close)) return items;
      items.push(this.#value());
      this.#space();
      if (!this.#take(',') && this.#text[this.#at] !== close) throw this.#wrong();
    }
  }

  /** Brackets around one value without a comma are only brackets. */
  #tuple(): unknown {
    const from = this.#at;
    const items = this.#list(')');
    const inside = this.#text.slice(from, this.#at - 1);
    return items.length === 1 && !/,\s*$/.test(inside) ? items[0] : items;
  }

  #mapping(): unknown {
    const entries: [string, unknown][] = [];
    const items: unknown[] = [];
    for (;;) {
      this.#space();
      if (this.#take('}')) return items.length > 0 ? items : Object.fromEntries(entries);
      const key = this.#value();
      this.#space();
      if (this.#take(':')) entries.push([String(key), this.#value()]);
      else items.push(key);
      this.#space();
      if (!this.#take(',') && this.#text[this.#at] !== '}') throw this.#wrong();
    }
  }

  /** Texts that stand side by side are one. */
  #strings(): string {
    let out = '';
    for (;;) {
      const start = this.#match(stringStart);
      if (!start) return out;
      out += this.#string(start[1]!.toLowerCase(), start[2]!);
      this.#space();
    }
  }

  #string(prefix: string, quote: string): string {
    if (prefix.includes('b')) throw this.#wrong();
    let out = '';
    while (!this.#text.startsWith(quote, this.#at)) {
      const char = this.#text[this.#at];
      if (char === undefined || (char === '\n' && quote.length === 1)) throw this.#wrong();
      this.#at += 1;
      if (char !== '\\' || prefix.includes('r')) out += char;
      else out += this.#escape();
    }
    this.#at += quote.length;
    return out;
  }

  #escape(): string {
    const char = this.#text[this.#at] ?? '';
    const length = { x: 2, u: 4, U: 8 }[char];
    const octal = /[0-7]{1,3}/y;
    octal.lastIndex = this.#at;
    const digits = octal.exec(this.#text)?.[0];
    this.#at += digits?.length ?? 1 + (length ?? 0);
    if (digits) return String.fromCodePoint(Number.parseInt(digits, 8));
    if (!length) return escapes[char] ?? `\\${char}`;
    const hex = this.#text.slice(this.#at - length, this.#at);
    if (hex.length !== length || /[^0-9a-fA-F]/.test(hex)) throw this.#wrong();
    return String.fromCodePoint(Number.parseInt(hex, 16));
  }

  #number(text: string): unknown {
    const plain = text.replaceAll('_', '');
    if (/^0\d/.test(plain) && !/[.eE]/.test(plain) && /[1-9]/.test(plain)) throw this.#wrong();
    if (/^0[xob]/i.test(plain) || !/[.eE]/.test(plain)) {
      const exact = BigInt(plain);
      return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
    }
    const value = Number(plain);
    return Number.isInteger(value) ? new PythonFloat(value) : value;
  }

  #match(form: RegExp, peek = false): RegExpExecArray | null {
    form.lastIndex = this.#at;
    const match = form.exec(this.#text);
    if (match && !peek) this.#at += match[0].length;
    return match;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #fail(): never {
    throw this.#wrong();
  }

  #wrong(): SemanticsError {
    const shown = this.#text.length > 80 ? `${this.#text.slice(0, 80)} …` : this.#text;
    return new SemanticsError('bad-record', `not a Python literal (at character ${this.#at}): ${shown}`);
  }
}

function signed(value: unknown, sign: string): unknown {
  if (typeof value === 'number') return sign === '-' ? -value : value;
  if (typeof value === 'bigint') return sign === '-' ? -value : value;
  return value instanceof PythonFloat
    ? new PythonFloat(sign === '-' ? -value.value : value.value)
    : undefined;
}
