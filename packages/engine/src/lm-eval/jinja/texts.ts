import { splitWhitespace, whitespaceClass } from '../../semantics/python/whitespace.ts';

/** `text.capitalize()`: the first letter large, all others small. */
export function capitalize(text: string): string {
  const [first = '', ...rest] = Array.from(text);
  return first.toUpperCase() + rest.join('').toLowerCase();
}

/** `text.title()`: letters after something that is no letter are large, all others small. */
export function titleCase(text: string): string {
  return text.replace(/\p{L}+/gu, capitalize);
}

/** `text.replace(old, fresh, count)`; no count, or a negative one, is "all". */
export function replaceText(text: string, old: string, fresh: string, count = -1): string {
  if (count < 0)
    return old === ''
      ? [...Array.from(text), ''].map((c) => fresh + c).join('')
      : text.split(old).join(fresh);
  let out = '';
  let rest = text;
  for (let left = count; left > 0; left -= 1) {
    const at = rest.indexOf(old);
    if (at < 0 || old === '') break;
    out += rest.slice(0, at) + fresh;
    rest = rest.slice(at + old.length);
  }
  return out + rest;
}

/** `text.split(separator, maxsplit)`; without a separator at runs of whitespace. @throws Error when it is empty */
export function splitText(text: string, separator: string | undefined, most = -1): string[] {
  if (separator === '') throw new Error('split takes no empty separator');
  if (separator === undefined) return most < 0 ? splitWhitespace(text) : splitSome(text, most);
  const parts = text.split(separator);
  if (most < 0 || parts.length <= most) return parts;
  return [...parts.slice(0, most), parts.slice(most).join(separator)];
}

function splitSome(text: string, most: number): string[] {
  const parts: string[] = [];
  const word = new RegExp(`^[${whitespaceClass}]*([^${whitespaceClass}]+)[${whitespaceClass}]*`);
  let rest = text.replace(new RegExp(`^[${whitespaceClass}]+`), '');
  while (rest !== '' && parts.length < most) {
    const match = word.exec(rest)!;
    parts.push(match[1]!);
    rest = rest.slice(match[0].length);
  }
  return rest === '' ? parts : [...parts, rest];
}
