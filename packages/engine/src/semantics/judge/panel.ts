import { createReducer, reduceScores } from '../reducer.ts';
import { isUnscored, type Score, type ScoreValue } from '../scores.ts';

/** Makes one verdict of the votes of several judges. */
export type PanelReducer = (votes: Score[]) => Score;

/** `majority`, or any epoch reducer by name (`mode` was the rule of older releases). Throws `unknown-reducer`. */
export function panelReducer(name: string): PanelReducer {
  if (name === 'majority') return majority;
  const reducer = createReducer(name);
  return (votes) => reduceScores(reducer, votes);
}

/** More than half of all judges must agree; a judge without a verdict withholds a vote, and the bar stays. */
function majority(votes: Score[]): Score {
  const counts = Map.groupBy(votes, (vote) => vote.value);
  let winner: ScoreValue = Number.NaN;
  for (const [value, group] of counts) {
    if (!isUnscored(value) && group.length * 2 > votes.length) winner = value;
  }
  const reduced = reduceScores({ name: 'majority', reduce: () => winner }, votes);
  return { ...reduced, metadata: { ...reduced.metadata, panel: panelRecord(votes) } };
}

/** What each judge said, so that a majority can be checked. */
function panelRecord(votes: Score[]): Record<string, unknown> {
  return {
    votes: votes.map((vote) => (isUnscored(vote.value) ? null : vote.value)),
    size: votes.length,
    failures: votes.flatMap((vote, index) =>
      isUnscored(vote.value)
        ? [{ index, reason: vote.reason ?? null, explanation: vote.explanation ?? null }]
        : [],
    ),
  };
}
