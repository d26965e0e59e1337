import { required, takeArguments } from '../arguments.ts';
import { accuracyAndStderr } from '../metric.ts';
import { compilePattern, type Pattern } from '../pattern/pattern.ts';
import { patternScore } from './pattern-score.ts';
import type { ScorerFactory } from './scorer.ts';

/**
 * Compares what a regular expression captures with the targets: the first group that equals one, or with
 * `match_all` every group. A pattern without groups stands for its whole match. A malformed pattern fails each
 * sample, not the task, as in Inspect.
 */
export const pattern: ScorerFactory = (args) => {
  const name = 'pattern';
  const given = takeArguments(name, args, {
    pattern: 'string',
    ignore_case: 'boolean',
    match_all: 'boolean',
  });
  const source = required(name, 'pattern', given.pattern);
  const ignoreCase = given.ignore_case ?? true;
  const matchAll = given.match_all ?? false;
  let compiled: Pattern | undefined;
  return {
    name,
    metrics: accuracyAndStderr(),
    score: (state, target) => {
      compiled ??= compilePattern(source, { ignoreCase });
      const { completion } = state.output;
      const found = compiled.search(completion);
      const groups = found && (found.groups.length > 0 ? found.groups : [found.text]);
      return patternScore(groups, completion, target, { ignoreCase, matchAll });
    },
  };
};
