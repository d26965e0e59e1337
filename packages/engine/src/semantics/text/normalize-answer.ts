import { caseFold } from '../python/case-fold.ts';
import { isFiniteNumber, parseFloatText } from '../python/float.ts';
import { floatRepr } from '../python/number-text.ts';
import { removePunctuation, stripPunctuation } from '../python/punctuation.ts';
import { splitWhitespace } from '../python/whitespace.ts';

/** Word characters of any script: an article must stand between others. */
const article = /(?<![\p{L}\p{N}_])(?:an|a|the)(?![\p{L}\p{N}_])/gu;

/**
 * The text as `exact` and `f1` compare it, token by token (split at space and hyphen): case folded, punctuation
 * and articles gone, numbers in one spelling. Because hyphens split, `-5` and `5` are the same.
 */
export function normalizeAnswer(text: string, stopWords: string[] = []): string {
  const stops = new Set(stopWords.map(normalizeToken));
  return text
    .split(/[ -]/)
    .map(normalizeToken)
    .filter((token) => token !== '' && !stops.has(token))
    .join(' ');
}

function normalizeToken(token: string): string {
  const bare = withoutPunctuation(caseFold(token));
  const number = parseFloatText(bare);
  const spelled = number !== undefined && Number.isFinite(number) ? floatRepr(number) : bare;
  return splitWhitespace(spelled.replace(article, ' ')).join(' ');
}

function withoutPunctuation(token: string): string {
  if (isFiniteNumber(token)) return token;
  const stripped = stripPunctuation(token);
  return isFiniteNumber(stripped) ? stripped : removePunctuation(token);
}
