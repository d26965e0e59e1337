import { undecidable } from './failure.ts';

/** A command (without its backslash), a number, a letter, the content of a text, or a mark. */
export interface LatexToken {
  type: 'command' | 'number' | 'letter' | 'text' | 'mark';
  text: string;
  /** Whether a blank stands before it. */
  spaced: boolean;
}

const form =
  /(?<space>(?:\s|\\[,;: ]|\\quad(?![A-Za-z])|\\qquad(?![A-Za-z])|&(?!amp))*)(?:\\text\s*\{(?<text>[^{}]*)\}|\\(?<command>[A-Za-z]+|[{}|\\])|(?<number>\d+(?:\.\d+)?(?:E[-+]?\d+)?|\.\d+)|(?<letter>[A-Za-z])|(?<mark><=|>=|!=|[-+*/^_=<>!|()[\]{},:;]))/suy;

/** Splits a formula. Matrices are read before; a character without meaning here is `undecidable`. */
export function latexTokens(text: string): LatexToken[] {
  const tokens: LatexToken[] = [];
  const source = text.trim();
  let at = 0;
  while (at < source.length) {
    form.lastIndex = at;
    const match = form.exec(source);
    if (!match?.groups) throw undecidable(`"${source.slice(at, at + 10)}" in a formula`);
    const { space = '', text: inner, ...others } = match.groups;
    const spaced = space !== '';
    if (inner !== undefined) tokens.push({ type: 'text', text: inner, spaced });
    for (const [type, value] of Object.entries(others)) {
      if (value !== undefined) tokens.push({ type: type as LatexToken['type'], text: value, spaced });
    }
    at = form.lastIndex;
  }
  return tokens;
}
