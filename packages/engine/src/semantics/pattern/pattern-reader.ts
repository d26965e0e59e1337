import { SemanticsError } from '../error.ts';

/** A cursor over the code points of a pattern's source. */
export class PatternReader {
  readonly chars: string[];
  at = 0;

  constructor(source: string) {
    this.chars = Array.from(source);
  }

  get done(): boolean {
    return this.at >= this.chars.length;
  }

  peek(ahead = 0): string {
    return this.chars[this.at + ahead] ?? '';
  }

  /** The next character; throws at the end, naming what was expected. */
  next(expected = 'more'): string {
    if (this.done) throw this.error(`the pattern ends where ${expected} should follow`);
    this.at += 1;
    return this.chars[this.at - 1]!;
  }

  take(text: string): boolean {
    const chars = Array.from(text);
    if (!chars.every((char, index) => this.peek(index) === char)) return false;
    this.at += chars.length;
    return true;
  }

  takeWhile(test: RegExp, limit = Number.POSITIVE_INFINITY): string {
    let text = '';
    while (!this.done && text.length < limit && test.test(this.peek())) text += this.next();
    return text;
  }

  /** Everything up to a closing character, which is taken too. */
  takeUntil(close: string, what: string): string {
    let text = '';
    for (;;) {
      const char = this.next(`"${close}" after ${what}`);
      if (char === close) return text;
      text += char;
    }
  }

  error(message: string): SemanticsError {
    return new SemanticsError('bad-pattern', `the pattern is malformed at position ${this.at}: ${message}`);
  }
}
