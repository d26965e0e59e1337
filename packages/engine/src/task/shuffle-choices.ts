import { EngineError } from '../engine-error.ts';
import type { Sample } from '../semantics/sample.ts';
import { createSeededRandom, shuffledPositions } from './random.ts';

/**
 * The sample with its choices in another order, and its target letters following them. The order depends on the
 * seed and the sample's id alone: with the seed in the log, everyone gets the same order again. (Inspect shuffles
 * without a seed.)
 * @throws EngineError `field-missing` when a target is not the letter of a choice
 */
export function shuffleChoices(sample: Sample, seed: number): Sample {
  const { choices } = sample;
  if (!choices?.length) return sample;
  const positions = shuffledPositions(choices.length, createSeededRandom(seed, sample.id));
  const remap = (target: string): string => {
    const from = /^[A-Za-z]$/.test(target) ? target.toUpperCase().charCodeAt(0) - 65 : -1;
    const to = positions.indexOf(from);
    if (to >= 0) return toLabel(to);
    throw new EngineError(
      'field-missing',
      `the target "${target}" of sample ${sample.id} names none of its choices`,
    );
  };
  return {
    ...sample,
    choices: positions.map((position) => choices[position]!),
    target: typeof sample.target === 'string' ? remap(sample.target) : sample.target.map(remap),
  };
}

/** A … Z, then 1, 2, … */
function toLabel(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : String(index - 25);
}
