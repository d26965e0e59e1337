/**
 * What Python takes for whitespace. JavaScript's set differs: it has U+FEFF, and lacks U+001C to U+001F and U+0085.
 */
export const whitespaceClass =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const edges = new RegExp(`^[${whitespaceClass}]+|[${whitespaceClass}]+$`, 'g');
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
  return hasPlainEnds(text) ? text : text.replace(edges, '');
}

/** `text.split()`: pieces between runs of whitespace, none of them empty. */
export function splitWhitespace(text: string): string[] {
  return text.split(run).filter((piece) => piece !== '');
}

/** `re.split(r'\s+', text)`: keeps the empty pieces at the ends. */
export function splitAtRuns(text: string): string[] {
  return text.split(run);
}

export function isBlank(text: string): boolean {
  return only.test(text);
}
