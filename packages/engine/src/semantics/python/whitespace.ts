/**
 * What Python takes for whitespace. JavaScript's set differs: it has U+FEFF, and lacks U+001C to U+001F and U+0085.
 */
export const whitespaceClass =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const run = new RegExp(`[${whitespaceClass}]+`);
const only = new RegExp(`^[${whitespaceClass}]*$`);

/** Text whose ends need no trimming: the common case, told without a regular expression. */
function hasPlainEnds(text: string): boolean {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first > 0x20 && first < 0x7f && last > 0x20 && last < 0x7f;
}

/** `text.strip()` */
export function strip(text: string): string {
  return hasPlainEnds(text) ? text : trimWhere(text, isBlankChar);
}

const blankChar = new RegExp(`^[${whitespaceClass}]$`);

function isBlankChar(char: string): boolean {
  return blankChar.test(char);
}

/**
 * Takes characters off both ends while `drops` says so. A loop, for a regular expression such as /x+$/ starts anew
 * at every x of a long row inside the text, and models do write such rows.
 */
export function trimWhere(text: string, drops: (char: string) => boolean): string {
  let start = 0;
  let end = text.length;
  while (start < end && drops(text[start]!)) start += 1;
  while (end > start && drops(text[end - 1]!)) end -= 1;
  return text.slice(start, end);
}

/** `text.split()`: pieces between runs of whitespace, none of them empty. */
export function splitWhitespace(text: string): string[] {
  return text.split(run).filter((piece) => piece !== '');
}

/** `re.split(r'\s+', text)`: keeps the empty pieces at the ends. */
export function splitAtRuns(text: string): string[] {
  return text.split(run);
}

/** The last of the pieces of {@link splitWhitespace} that is accepted; what stands before it is not looked at. */
export function findLastPiece(text: string, accept: (piece: string) => boolean): string | undefined {
  let end = text.length;
  for (let at = text.length - 1; at >= -1; at -= 1) {
    if (at >= 0 && !isBlankAt(text, at)) continue;
    const piece = text.slice(at + 1, end);
    if (piece !== '' && accept(piece)) return piece;
    end = at;
  }
  return undefined;
}

function isBlankAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return !(code > 0x20 && code < 0x7f) && isBlankChar(text[at]!);
}

export function isBlank(text: string): boolean {
  return only.test(text);
}
