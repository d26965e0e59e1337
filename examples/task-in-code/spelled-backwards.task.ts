// A task in code: `assay eval ./spelled-backwards.task.ts --model …`. The model is asked to spell words backwards; an answer
// that comes back the same when it is turned round again is right, and one that only differs in case counts half.
import { defineScorer, defineSolver, defineTask, scorers, solvers, type TaskSample } from '@assay/engine';

const words = ['harbour', 'lantern', 'orchard', 'copper', 'meadow', 'thunder', 'violin', 'granite'];

/** Made as they are needed: a task of a million samples holds one. */
function* samples(): Iterable<TaskSample> {
  for (const word of words) {
    yield { input: word, target: turned(word), metadata: { length: word.length } };
  }
}

const turned = (word: string): string => Array.from(word).reverse().join('');

/** Asks once more when the answer is empty, at most three times. */
const insist = defineSolver('insist', async (state, generate) => {
  let current = state;
  for (let tries = 0; tries < 3 && current.output.completion.trim() === ''; tries += 1) {
    current = await generate(current);
  }
  return current;
});

/** Half the score for the right letters in the wrong case. */
const letters = defineScorer('letters', async (state, target, judge) => {
  const strict = await judge(scorers.exact());
  if (strict.value === 'C') return { value: state.output.completion.trim() === target[0] ? 1 : 0.5 };
  return { value: 0, answer: state.output.completion };
});

export default defineTask({
  name: 'spelled_backwards',
  data: samples,
  solvers: [solvers.promptTemplate('Spell this word of {length} letters backwards: {prompt}'), insist],
  scorers: [scorers.includes(), letters],
  epochs: 2,
});
