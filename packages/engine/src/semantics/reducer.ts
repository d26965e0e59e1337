import { SemanticsError } from './error.ts';
import { mean, sum } from './metric/moments.ts';
import { isUnscored, type Score, type ScoreValue } from './scores.ts';
import { valueToFloat } from './value-to-float.ts';

/** Turns the values of a sample's epochs into one. Gets at least one value; may give NaN for "not scored". */
export interface Reducer {
  readonly name: string;
  reduce(values: ScoreValue[]): ScoreValue;
}

type Reduce = (values: ScoreValue[]) => ScoreValue;
type CountReduce = (floats: number[], k: number) => number;

const plain: Record<string, Reduce> = {
  mean: byFloats(mean),
  median: byFloats(median),
  mode,
  max,
  collect: (values) => values,
};

/** Reducers with a number in their name; `floats` are the scored values. */
const counted: Record<string, CountReduce> = {
  at_least: (floats, k) => (passes(floats) >= k ? 1 : 0),
  pass_at: (floats, k) => passAt(floats.length, passes(floats), k),
  pass_k: (floats, k) => passAll(floats.length, passes(floats), k),
};

/** Throws `unknown-reducer`. */
export function createReducer(name: string): Reducer {
  if (Object.hasOwn(plain, name)) return { name, reduce: elementWise(plain[name]!) };
  const [, family = '', digits = ''] = /^([a-z_]+)_(\d+)$/.exec(name) ?? [];
  if (!Object.hasOwn(counted, family)) {
    throw new SemanticsError('unknown-reducer', `there is no reducer "${name}"`, {
      hint: 'mean, median, mode, max, pass_at_K, pass_k_K, at_least_K and collect are known',
    });
  }
  const k = Number(digits);
  const reduce = elementWise(byFloats((floats) => counted[family]!(floats, k)));
  return { name, reduce };
}

/** A reducer that looks for k passes needs k epochs. Throws `reducer-epochs`, `unknown-reducer`. */
export function assertReducerFits(name: string, epochs: number): void {
  createReducer(name);
  const k = Number(/_(\d+)$/.exec(name)?.[1] ?? 0);
  if (k <= epochs) return;
  throw new SemanticsError(
    'reducer-epochs',
    `the reducer ${name} needs at least ${k} epochs; the task runs ${epochs}`,
  );
}

/** One score for all epochs: what they agree on stays, the rest is the first one's. */
export function reduceScores(reducer: Reducer, scores: Score[]): Score {
  const [first] = scores;
  const value = reducer.reduce(scores.map((score) => score.value));
  const reduced: Score = { value };
  for (const field of ['answer', 'explanation', 'reason'] as const) {
    const agreed = scores.every((score) => score[field] === first?.[field]);
    if (agreed && first?.[field] !== undefined) reduced[field] = first[field];
  }
  if (first?.metadata) reduced.metadata = first.metadata;
  return reduced;
}

/** Lists and mappings are reduced place by place; unscored values do not take part. */
function elementWise(reduce: Reduce): Reduce {
  return (values) => {
    const first = values.find((value) => !isUnscored(value));
    if (Array.isArray(first)) {
      const rows = values.filter((value) => Array.isArray(value));
      return first.map((_, index) =>
        scoredOnly(
          reduce,
          rows.map((row) => row[index]!),
        ),
      );
    }
    if (typeof first === 'object') {
      const maps = values.filter((value) => typeof value === 'object') as Record<string, ScoreValue>[];
      const keys = Object.keys(first);
      return Object.fromEntries(
        keys.map((key) => [
          key,
          scoredOnly(
            reduce,
            maps.map((map) => map[key]!),
          ),
        ]),
      );
    }
    return scoredOnly(reduce, values);
  };
}

function scoredOnly(reduce: Reduce, values: ScoreValue[]): ScoreValue {
  const scored = values.filter((value) => !isUnscored(value));
  return scored.length === 0 ? Number.NaN : reduce(scored);
}

function byFloats(reduce: (floats: number[]) => number): Reduce {
  return (values) => reduce(values.map(valueToFloat));
}

function median(floats: number[]): number {
  const sorted = floats.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The most frequent value; of equally frequent ones the first seen. */
function mode(values: ScoreValue[]): ScoreValue {
  const counts = new Map<ScoreValue, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = values[0]!;
  for (const [value, count] of counts) if (count > counts.get(best)!) best = value;
  return best;
}

function max(values: ScoreValue[]): ScoreValue {
  return values.reduce((best, value) => (valueToFloat(value) > valueToFloat(best) ? value : best));
}

function passes(floats: number[]): number {
  return sum(floats.map((value) => (value >= 1 ? 1 : 0)));
}

/** Chance that k draws without replacement from n epochs hold a pass. */
function passAt(n: number, c: number, k: number): number {
  if (n < k) return Number.NaN;
  if (n - c < k) return 1;
  let allFail = 1;
  for (let i = n - c + 1; i <= n; i += 1) allFail *= 1 - k / i;
  return 1 - allFail;
}

/** Chance that k draws without replacement are all passes. */
function passAll(n: number, c: number, k: number): number {
  return n < k ? Number.NaN : combinations(c, k) / combinations(n, k);
}

function combinations(n: number, k: number): number {
  if (k > n) return 0;
  let result = 1;
  for (let i = 1; i <= k; i += 1) result = (result * (n - k + i)) / i;
  return result;
}
