import { isDeepStrictEqual } from 'node:util';
import { SemanticsError } from '../semantics/error.ts';
import { createPythonRandom, type PythonRandom } from '../semantics/python/random.ts';
import type { DataRecord } from '../semantics/sample.ts';

/** Draws the examples for each prompt. The draws follow one another: prompts must be made in the order of the records. */
export interface FewShotSampler {
  /** @param evaluated left out of the draw; null when it comes from another split */
  draw(count: number, evaluated: DataRecord | null): DataRecord[];
}

/** The seed that lm-eval draws examples with unless told otherwise. */
const fewShotSeed = 1234;

/** `default`: Python's `random.sample`, one generator for the whole task. `first_n`: the first ones. */
export function createSampler(name: string, pool: DataRecord[], seed = fewShotSeed): FewShotSampler {
  if (name === 'first_n') return { draw: (count, evaluated) => takeFirst(pool, count, evaluated) };
  const random = createPythonRandom(seed);
  return { draw: (count, evaluated) => drawRandom(pool, count, evaluated, random) };
}

function takeFirst(pool: DataRecord[], count: number, evaluated: DataRecord | null): DataRecord[] {
  const others = evaluated ? without(pool, evaluated) : pool;
  if (count > others.length) throw tooFew(count, others.length);
  return others.slice(0, count);
}

/** One more is drawn where the evaluated record may be among them; duplicates of it make a second draw needed. */
function drawRandom(
  pool: DataRecord[],
  count: number,
  evaluated: DataRecord | null,
  random: PythonRandom,
): DataRecord[] {
  if (!evaluated) return sample(pool, count, random);
  const drawn = without(sample(pool, count + 1, random), evaluated).slice(0, count);
  return drawn.length === count ? drawn : sample(without(pool, evaluated), count, random);
}

function without(pool: DataRecord[], record: DataRecord): DataRecord[] {
  return pool.filter((one) => !isDeepStrictEqual(one, record));
}

/**
 * Python's `random.sample(pool, count)` (CPython 3.11 and later): from small pools by moving the drawn ones away, from
 * large ones by drawing again what was drawn before.
 */
function sample<Item>(pool: readonly Item[], count: number, random: PythonRandom): Item[] {
  if (count > pool.length) throw tooFew(count, pool.length);
  const setSize = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
  if (pool.length <= setSize) {
    const left = [...pool];
    return Array.from({ length: count }, (_none, at) => {
      const place = random.below(left.length - at);
      const item = left[place]!;
      left[place] = left[left.length - at - 1]!;
      return item;
    });
  }
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(random.below(pool.length));
  return Array.from(drawn, (place) => pool[place]!);
}

function tooFew(count: number, available: number): SemanticsError {
  return new SemanticsError(
    'bad-argument',
    `${count} few-shot examples are asked for; there are ${available}`,
  );
}
