import { trimWhere } from './whitespace.ts';

/** `string.punctuation`, as the inside of a character class. */
const punctuationClass = '!-\\/:-@\\[-`\\{-~';

/** `string.whitespace` is ASCII only. */
const edge = new Set(`!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ \t\n\r\v\f`);
const all = new RegExp(`[${punctuationClass}]`, 'g');

/** Takes ASCII punctuation and whitespace off both ends. */
export function stripPunctuation(text: string): string {
  return trimWhere(text, (char) => edge.has(char));
}

/** Deletes ASCII punctuation wherever it stands. */
export function removePunctuation(text: string): string {
  return text.replace(all, '');
}

const escaped = /\\([$,£€*_])/g;
const decoration = /[$,£€*_]/g;
const idleDot = /\.(?!\p{Nd})/gu;

/** Takes currency signs, thousands separators, emphasis and full stops that no digit follows out of a number's text. */
export function stripNumericPunctuation(text: string): string {
  const plain = (text.includes('\\') ? text.replace(escaped, '$1') : text).replace(decoration, '');
  return plain.includes('.') ? plain.replace(idleDot, '') : plain;
}
