/**
 * Python's `random.Random(seed)`: the Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), seeded by array as
 * CPython seeds it with an integer. Needed where a seed must give the order that Python gives.
 */
export interface PythonRandom {
  /** 0 ≤ result < bound; bound up to 2^32. */
  below(bound: number): number;
  /** `random.shuffle`, in place. */
  shuffle<Item>(items: Item[]): void;
}

const size = 624;
const period = 397;

export function createPythonRandom(seed: number | bigint): PythonRandom {
  const state = seededState(seed);
  let index = size;
  const next32 = (): number => {
    if (index >= size) {
      twist(state);
      index = 0;
    }
    const value = tempered(state[index]!);
    index += 1;
    return value;
  };
  const below = (bound: number): number => {
    const bits = bitLength(bound);
    for (;;) {
      const value = next32() >>> (32 - bits);
      if (value < bound) return value;
    }
  };
  return {
    below,
    shuffle(items) {
      for (let i = items.length - 1; i > 0; i -= 1) {
        const other = below(i + 1);
        [items[i], items[other]] = [items[other]!, items[i]!];
      }
    },
  };
}

function bitLength(value: number): number {
  return 32 - Math.clz32(value);
}

function initialState(seed: number): Uint32Array {
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let i = 1; i < size; i += 1) {
    const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = Math.imul(previous, 1812433253) + i;
  }
  return state;
}

/** The sign of the seed is dropped; its magnitude is cut into words of 32 bits, lowest first. */
function seededState(seed: number | bigint): Uint32Array {
  const key = wordsOf(seed);
  const state = initialState(19650218);
  let i = 1;
  let j = 0;
  const wrap = () => {
    if (i < size) return;
    state[0] = state[size - 1]!;
    i = 1;
  };
  for (let k = Math.max(size, key.length); k > 0; k -= 1) {
    const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = (state[i]! ^ Math.imul(previous, 1664525)) + key[j]! + j;
    i += 1;
    j = (j + 1) % key.length;
    wrap();
  }
  for (let k = size - 1; k > 0; k -= 1) {
    const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = (state[i]! ^ Math.imul(previous, 1566083941)) - i;
    i += 1;
    wrap();
  }
  state[0] = 0x80000000;
  return state;
}

function wordsOf(seed: number | bigint): number[] {
  let rest = BigInt(seed);
  if (rest < 0n) rest = -rest;
  const words: number[] = [];
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return words;
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < size; i += 1) {
    const mixed = (state[i]! & 0x80000000) | (state[(i + 1) % size]! & 0x7fffffff);
    const odd = mixed & 1 ? 0x9908b0df : 0;
    state[i] = state[(i + period) % size]! ^ (mixed >>> 1) ^ odd;
  }
}

function tempered(word: number): number {
  let value = word;
  value ^= value >>> 11;
  value ^= (value << 7) & 0x9d2c5680;
  value ^= (value << 15) & 0xefc60000;
  return (value ^ (value >>> 18)) >>> 0;
}
