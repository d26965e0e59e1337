import { takeArguments } from '../arguments.ts';
import { SemanticsError } from '../error.ts';
import { judgeMath, type MathVerdict, parseTargets } from '../math/score-math.ts';
import { accuracyAndStderr } from '../metric.ts';
import { correct, incorrect, type Score, unscored } from '../scores.ts';
import type { ScorerFactory } from './scorer.ts';

/**
 * Compares mathematical answers. It decides a declared part of what Inspect's computer algebra decides
 * (docs/design/inspect-parity.md); outside it the sample stays unscored with status `undecidable`. `timeout` is
 * accepted and not needed: the work is bounded by the limits on the text.
 */
export const math: ScorerFactory = (args) => {
  const name = 'math';
  takeArguments(name, args, { timeout: 'any' });
  return {
    name,
    metrics: accuracyAndStderr(),
    score: (state, target) => {
      const targets = parseTargets(target);
      if (!targets) throw new SemanticsError('bad-target', 'no target can be read as a mathematical answer');
      return toScore(judgeMath(state.output.completion, targets), state.output.completion);
    },
  };
};

function toScore(verdict: MathVerdict, completion: string): Score {
  const metadata = { math_scorer_status: verdict.status };
  const answer = verdict.answer ?? completion;
  switch (verdict.status) {
    case 'correct':
      return { value: correct, answer, explanation: completion, metadata };
    case 'incorrect':
      return { value: incorrect, answer, explanation: completion, metadata };
    case 'undecidable': {
      const explanation = `Not decided: ${verdict.reason ?? 'beyond what is implemented'}.`;
      return unscored('scoring_failed', { answer, explanation, metadata });
    }
    default: {
      const explanation = `No answer was read: ${verdict.reason ?? 'none found'}.`;
      return { value: incorrect, answer, explanation, reason: 'invalid_response_format', metadata };
    }
  }
}
