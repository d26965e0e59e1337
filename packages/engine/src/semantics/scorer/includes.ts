import { takeArguments } from '../arguments.ts';
import { accuracyAndStderr } from '../metric.ts';
import { caseFold } from '../python/case-fold.ts';
import type { ScorerFactory } from './scorer.ts';
import { textScorer } from './text-scorer.ts';

/** Is the target contained in the completion? An empty target always is. */
export const includes: ScorerFactory = (args) => {
  const name = 'includes';
  const given = takeArguments(name, args, { ignore_case: 'boolean' });
  const fold = (given.ignore_case ?? true) ? caseFold : (text: string) => text;
  return textScorer(name, accuracyAndStderr(), (completion, target) => {
    const answer = fold(completion);
    return { answer, matched: answer.includes(fold(target)) };
  });
};
