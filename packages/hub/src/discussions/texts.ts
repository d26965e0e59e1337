import { HubError } from '../errors.ts';

/** Bounds of the Hub's API, in characters. */
const titleLength = { min: 3, max: 200 };
const maxText = 65_536;

/** @throws HubError `invalid-input` */
export function cleanTitle(title: string): string {
  const clean = storable(title).replace(/\s+/g, ' ').trim();
  if (clean.length >= titleLength.min && clean.length <= titleLength.max) return clean;
  throw new HubError('invalid-input', `a title has ${titleLength.min} to ${titleLength.max} characters`);
}

/** @throws HubError `invalid-input` */
export function cleanText(text: string): string {
  if (text.length <= maxText) return storable(text);
  throw new HubError('invalid-input', `a text has at most ${maxText} characters`);
}

/** PostgreSQL keeps neither NUL nor half a surrogate pair. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll(String.fromCharCode(0), '\ufffd');
}
