import { type ParsedNotes, parseFreeNotes } from './notes-words.ts';
import { parseCanonicalNotes } from './setup.ts';

export type { ParsedNotes };

/** Reads notes: canonical text exactly, anything else as well as it can. Never fails. */
export function parseNotes(notes: string | undefined): ParsedNotes {
  const text = (notes ?? '').trim();
  if (text === '') return { setup: {}, confidence: 1, remainder: '' };
  const canonical = parseCanonicalNotes(text);
  return canonical ? { setup: canonical, confidence: 1, remainder: '' } : parseFreeNotes(text);
}
