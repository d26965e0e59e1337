import { NOTES_RULES } from './notes-rules.ts';
import type { Setup } from './setup.ts';

export interface ParsedNotes {
  setup: Setup;
  /** 0 to 1: the share of the text that was understood; 1 for canonical text. */
  confidence: number;
  /** The words that were not understood; they stand in `setup.other` as well. */
  remainder: string;
}

// Words that say nothing about the setting by themselves.
const FILLER =
  /^(?:with|w\/|using|use[ds]?|and|the|an?|in|at|on|of|for|by|settings?|mode|evals?|evaluat(?:ed|ion)|prompt(?:ing|s|ed)?|scores?|scored|results?|reported|model|runs?|default|setup|config|sampling|decoding)$/i;

// Longer text is prose about something else; reading settings into it would guess, and take long.
const MAX_READ = 1_000;

/**
 * Reads notes that people wrote. A setting stated twice with different values keeps the first; the second, and all that
 * is not understood, stays in `other` and so separates setups rather than mixing them.
 */
export function parseFreeNotes(text: string): ParsedNotes {
  const plain = text.replace(/\s+/g, ' ').trim();
  if (plain.length > MAX_READ) return { setup: { other: plain }, confidence: 0, remainder: plain };
  const setup: Setup = {};
  const understood: boolean[] = Array(plain.length).fill(false);
  let rest = plain;
  for (const { pattern, read } of NOTES_RULES) {
    const matches = [...rest.matchAll(pattern)];
    for (const match of matches) {
      const found = read(match);
      if (!found || !fits(found, setup)) continue;
      Object.assign(setup, found);
      understood.fill(true, match.index, match.index + match[0].length);
    }
    // A blank of the same length, so that a later rule neither sees these words nor joins what stands around them.
    if (matches.length > 0)
      rest = Array.from(understood, (known, i) => (known ? '\u0001' : plain[i])).join('');
  }
  const remainder = leftOver(rest);
  if (remainder !== '') setup.other = remainder;
  const known = wordLength(plain.replace(/./gu, (character, i: number) => (understood[i] ? character : ' ')));
  const unknown = wordLength(remainder);
  return { setup, confidence: known + unknown === 0 ? 1 : known / (known + unknown), remainder };
}

function fits(found: Partial<Setup>, setup: Setup): boolean {
  return Object.entries(found).every(([key, value]) => {
    const before = setup[key as keyof Setup];
    return before === undefined || JSON.stringify(before) === JSON.stringify(value);
  });
}

function leftOver(rest: string): string {
  const pieces = rest.split(/[\u0001;,|()[\]]+|(?<=\s)[-–—+&/](?=\s)/);
  return pieces.map(withoutFiller).filter(Boolean).join(', ');
}

function withoutFiller(piece: string): string {
  const words = piece.split(' ').filter(Boolean);
  const bare = (word: string | undefined) => (word ?? '').replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}/]+$/gu, '');
  while (words.length > 0 && (FILLER.test(bare(words[0])) || bare(words[0]) === '')) words.shift();
  while (words.length > 0 && (FILLER.test(bare(words.at(-1))) || bare(words.at(-1)) === '')) words.pop();
  return words.join(' ').replace(/^[.:\s]+|[.:\s]+$/g, '');
}

function wordLength(text: string): number {
  return text.replace(/[^\p{L}\p{N}]/gu, '').length;
}
