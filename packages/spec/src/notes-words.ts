import type { ParsedNotes } from './setup.ts';

/** Reads notes that people wrote. What is not understood is kept in `other`, and so separates setups. */
export function parseFreeNotes(text: string): ParsedNotes {
  return { setup: { other: text }, confidence: 0, remainder: text };
}
