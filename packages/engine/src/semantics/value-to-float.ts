import { parseFloatText } from './python/float.ts';
import { PythonFloat } from './python/values.ts';
import type { ScoreValue } from './scores.ts';

const words = new Map([
  ['C', 1],
  ['P', 0.5],
  ['I', 0],
  ['N', 0],
]);

/** A score's value as a number: the verdict letters, yes/no and true/false, numbers and their texts; 0 for the rest. */
export function valueToFloat(value: ScoreValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return words.get(value) ?? textToFloat(value);
  return value instanceof PythonFloat ? value.value : 0;
}

function textToFloat(text: string): number {
  const word = text.toLowerCase();
  if (word === 'yes' || word === 'true') return 1;
  if (word === 'no' || word === 'false') return 0;
  const number = parseFloatText(text);
  return number !== undefined && Number.isFinite(number) ? number : 0;
}
