import { noParse, undecidable } from './failure.ts';
import { type LatexToken, latexTokens } from './latex-tokens.ts';

/** A place in the tokens of a formula. */
export class LatexCursor {
  readonly #tokens: LatexToken[];
  #at = 0;

  constructor(formula: string) {
    this.#tokens = latexTokens(formula);
  }

  peek(): LatexToken | undefined {
    return this.#tokens[this.#at];
  }

  /** The token just taken. */
  previous(): LatexToken | undefined {
    return this.#tokens[this.#at - 1];
  }

  next(): LatexToken {
    const token = this.peek();
    if (!token) throw noParse('the formula ends too early');
    this.#at += 1;
    return token;
  }

  is(type: LatexToken['type'], text: string): boolean {
    const token = this.peek();
    return token?.type === type && token.text === text;
  }

  /** Takes a mark if it stands here. */
  mark(text: string): boolean {
    return this.#take('mark', text);
  }

  command(text: string): boolean {
    return this.#take('command', text);
  }

  #take(type: LatexToken['type'], text: string): boolean {
    if (!this.is(type, text)) return false;
    this.#at += 1;
    return true;
  }

  expect(mark: string): void {
    if (!this.mark(mark)) throw undecidable(`a formula without its "${mark}"`);
  }
}
