/**
 * Unicode full case folding (`str.casefold` in Python): ß becomes ss, final sigma becomes sigma, ligatures fall
 * apart. JavaScript has no such function, but its upper- and lower-casing come from the same Unicode data: folding
 * is the lower case of the upper case, but for the few characters handled one by one below. Compared with Python
 * for every code point; the count of differences is a test.
 */

const special = new Map<string, string>([
  ['\u0130', 'i\u0307'],
  ['\u0131', '\u0131'],
  ['\u1e9e', 'ss'],
]);

const ascii = /^[\x00-\x7f]*$/;
const folded = new Map<string, string>(special);

export function caseFold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  let out = '';
  for (const char of text) out += char < '\x80' ? char.toLowerCase() : foldOne(char);
  return out;
}

function foldOne(char: string): string {
  let fold = folded.get(char);
  if (fold === undefined) {
    fold = computeFold(char);
    folded.set(char, fold);
  }
  return fold;
}

function computeFold(char: string): string {
  const code = char.codePointAt(0)!;
  // Cherokee folds to its older upper-case letters.
  if ((code >= 0x13f8 && code <= 0x13fd) || (code >= 0xab70 && code <= 0xabbf)) return char.toUpperCase();
  if (code >= 0x13a0 && code <= 0x13f5) return char;
  let out = '';
  // One character at a time: a whole word would get Greek's final sigma.
  for (const upper of char.toUpperCase()) out += upper.toLowerCase();
  return out;
}
