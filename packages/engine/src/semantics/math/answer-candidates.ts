import { strip, whitespaceClass } from '../python/whitespace.ts';
import { MathFailure } from './failure.ts';
import { bracedContent, maxCandidate, maxCompletion } from './limits.ts';

/** Symbols that models write for LaTeX commands, and the corners of boxes drawn in text. */
const symbolTexts: [symbol: string, text: string][] = [
  ['\u23a7', '\\boxed{'],
  ['\u23ab', '}'],
  ['\n\u2502', '\\boxed{'],
  ['\u2502', '}'],
  ['\n\u2503', '\\boxed{'],
  ['\u2503', '}'],
  ['\n\uf8f0', '\\boxed{'],
  ['\uf8fb', '}'],
  ['√', '\\sqrt'],
  ['×', '\\cdot'],
  ['÷', '/'],
  ['\u202f', ' '],
  ['−', '-'],
  ['–', '-'],
  ['π', '\\pi'],
  ['°', '^\\circ'],
  ['∞', '\\infty'],
  ['≤', '\\le'],
  ['≥', '\\ge'],
  ['≠', '\\ne'],
  ['∪', '\\cup'],
  ['∩', '\\cap'],
];

const boxStart = /(?:\\(?:beginboxed|boxed|fbox)|(?<![A-Za-z\\])(?:boxed|fbox|oxed))\s*\{/g;
const marker = /(?:final\s+answer|answer|result)\s*(?:is\b|[:=])\s*/gi;
const number = /[-+]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?\s*%?/g;
const delimited: [open: string, close: string][] = [
  ['$$', '$$'],
  ['\\[', '\\]'],
  ['\\(', '\\)'],
];
const lineBreak = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** Where an answer may stand in a completion, best place first; each text once, delimiters taken off. */
export function answerCandidates(completion: string): string[] {
  const text = replaceSymbols(completion);
  if (text.length > maxCompletion) throw new MathFailure('limit', 'the completion is too long');
  const candidates = new Set<string>();
  add(candidates, lastBox(text));
  add(candidates, afterMarker(text));
  const composite = isShortComposite(text);
  if (composite) add(candidates, text);
  add(candidates, lastDelimited(text));
  if (!composite && text.length <= maxCandidate) add(candidates, text);
  add(
    candidates,
    text
      .split(lineBreak)
      .map(strip)
      .findLast((line) => line !== ''),
  );
  add(candidates, text.match(number)?.at(-1));
  return [...candidates];
}

export function targetCandidates(target: string): string[] {
  const text = replaceSymbols(target);
  const candidates = new Set<string>();
  add(candidates, lastBox(text));
  add(candidates, text);
  return [...candidates];
}

function add(candidates: Set<string>, text: string | undefined): void {
  const candidate = text === undefined ? '' : stripDelimiters(text);
  if (candidate !== '') candidates.add(candidate);
}

function replaceSymbols(text: string): string {
  let out = text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '');
  if (!/[^\x00-\x7f]/.test(out)) return out;
  for (const [symbol, replacement] of symbolTexts) out = out.replaceAll(symbol, replacement);
  return out;
}

function lastBox(text: string): string | undefined {
  let last: string | undefined;
  let from = 0;
  for (;;) {
    boxStart.lastIndex = from;
    const match = boxStart.exec(text);
    if (!match) return last;
    const end = match.index + match[0].length;
    const box = bracedContent(text, end - 1);
    if (box) last = box.content;
    from = box?.end ?? end;
  }
}

function afterMarker(text: string): string | undefined {
  let end = -1;
  for (const match of text.matchAll(marker)) end = match.index + match[0].length;
  return end < 0 ? undefined : text.slice(end).split(lineBreak)[0];
}

/** The formula between delimiters that ends last. */
function lastDelimited(text: string): string | undefined {
  const found: { end: number; content: string }[] = [];
  for (const [open, close] of delimited) {
    const end = text.lastIndexOf(close);
    const start = end <= 0 ? -1 : text.lastIndexOf(open, end - open.length);
    if (start >= 0) found.push({ end, content: text.slice(start + open.length, end) });
  }
  const single = lastSingleDollar(text);
  if (single !== undefined) found.push({ end: text.lastIndexOf('$'), content: single });
  return found.reduce<{ end: number; content?: string }>((a, b) => (b.end > a.end ? b : a), { end: -1 })
    .content;
}

function lastSingleDollar(text: string): string | undefined {
  const dollars: number[] = [];
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at + 1)) {
    if (text[at - 1] !== '\\' && text[at - 1] !== '$' && text[at + 1] !== '$') dollars.push(at);
  }
  const pairs = Math.floor(dollars.length / 2);
  return pairs === 0 ? undefined : text.slice(dollars[2 * pairs - 2]! + 1, dollars[2 * pairs - 1]);
}

const spacing = '(?:\\\\[,;:!]|\\\\quad|\\\\qquad)';
const leadingSpacing = new RegExp(`^(?:${spacing}[${whitespaceClass}]*)+`);
const trailingSpacing = new RegExp(`(?:${spacing}[${whitespaceClass}]*)+$`);

/** Takes bold, math delimiters, spacing commands and closing punctuation off. */
export function stripDelimiters(text: string): string {
  let out = strip(text);
  while (out.length >= 4 && out.startsWith('**') && out.endsWith('**')) out = strip(out.slice(2, -2));
  for (const [open, close] of [...delimited, ['$', '$'] as const]) {
    const isPair =
      out.startsWith(open) && out.endsWith(close) && (open !== '$' || out.split('$').length === 3);
    if (isPair) out = strip(out.slice(open.length, out.length - close.length));
  }
  return trimEnd(out.replace(leadingSpacing, '').replace(trailingSpacing, ''));
}

/** Closing punctuation; a loop, for rows of dots can be long. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ' \t\r\n.,;:'.includes(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}

/** A short answer of words around formulas: compared as a whole. */
export function isShortComposite(text: string): boolean {
  if (text.length > 512 || text.split('\n').length > 3) return false;
  if (!text.includes('$') && !text.includes('\\(') && !text.includes('\\[')) return false;
  if (text.includes('\n') && text.split('$').length > 4) return true;
  const outside = text.replace(/\$\$.*?\$\$|\$.*?\$|\\\(.*?\\\)|\\\[.*?\\\]/gs, ' ');
  return /[A-Za-z]{2,}/.test(outside);
}

/** Two words or more, and nothing of a formula. */
export function looksLikeProse(text: string): boolean {
  return !/[\\=+\-*/^<>[\]{}()]/.test(text) && (text.match(/[A-Za-z]{2,}/g)?.length ?? 0) >= 2;
}
