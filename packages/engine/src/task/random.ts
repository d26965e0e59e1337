import { createHash } from 'node:crypto';

/** A sequence of numbers in [0, 1), the same for the same parts on every machine (SHA-256, then mulberry32). */
export function createSeededRandom(...parts: (string | number)[]): () => number {
  let state = createHash('sha256').update(parts.join('\n')).digest().readUInt32BE();
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** 0 … length − 1 in a random order (Fisher-Yates). */
export function shuffledPositions(length: number, random: () => number): number[] {
  const positions = Array.from({ length }, (_none, index) => index);
  for (let at = length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [positions[at], positions[other]] = [positions[other]!, positions[at]!];
  }
  return positions;
}
