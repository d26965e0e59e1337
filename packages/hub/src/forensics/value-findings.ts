import { grim } from '@assay/stats';
import type { Claim, Finding, TaskRules } from './finding.ts';

/**
 * What the number itself tells, from its digits and the benchmark's rules alone. Pure and cheap: every row of a board is
 * looked at.
 * @param now to tell a date that lies ahead
 */
export function toValueFindings(claim: Claim, rules: TaskRules | null, now: Date): Finding[] {
  return [
    outOfBounds(claim, rules),
    rules && unitMixUp(claim, rules),
    rules && unattainable(claim, rules),
    unstatedRevision(claim),
    dateAhead(claim, now),
  ].filter((finding) => finding !== null);
}

function outOfBounds({ value, valueText }: Claim, rules: TaskRules | null): Finding | null {
  const bounds = rules && boundsOf(rules);
  if (!bounds || (value >= bounds[0] && value <= bounds[1])) return null;
  return {
    code: 'out-of-bounds',
    level: 'doubt',
    message: `${valueText} lies outside of ${bounds[0]} to ${bounds[1]}, between which the benchmark says values are.`,
  };
}

function boundsOf({ bounds, unit }: TaskRules): [number, number] | null {
  if (bounds) return bounds;
  return unit === 'fraction' ? [0, 1] : unit === 'percent' ? [0, 100] : null;
}

/** A percentage below one is a fraction written in the wrong unit far more often than a score so low. */
function unitMixUp({ value, valueText }: Claim, { unit }: TaskRules): Finding | null {
  const finding = (message: string): Finding => ({ code: 'unit', level: 'doubt', message });
  if (unit === 'fraction' && value > 1 && value <= 100)
    return finding(`The benchmark's values are fractions; ${valueText} looks like percent.`);
  if (unit === 'percent' && value > 0 && value < 1)
    return finding(`The benchmark's values are in percent; ${valueText} looks like a fraction.`);
  return null;
}

/** GRIM: is there a whole number of right answers that gives this value? */
function unattainable(claim: Claim, rules: TaskRules): Finding | null {
  const answers = answersOf(claim, rules);
  if (!rules.isShare || rules.unit === 'points' || answers === null) return null;
  const scale = rules.unit === 'percent' || (rules.unit === undefined && claim.value > 1) ? 100 : 1;
  const verdict = grim(claim.valueText, answers, scale);
  if (!verdict || verdict.attainable) return null;
  const digits = claim.valueText.split('.')[1]?.length ?? 0;
  const near = verdict.nearest.map((value) => value.toFixed(Math.max(digits, 2))).join(' and ');
  const fits =
    verdict.denominators.length > 0 ? ` It would fit ${verdict.denominators.join(', ')} answers.` : '';
  return {
    code: 'grim',
    level: 'doubt',
    message: `No whole number of right answers out of ${answers} gives ${claim.valueText}: the nearest values are ${near}.${fits}`,
  };
}

/** Answers that a value is a share of; null when nobody says. */
function answersOf(claim: Claim, rules: TaskRules): number | null {
  const samples = claim.scored ?? claim.limit ?? rules.items;
  if (samples === undefined || samples < 1) return null;
  return rules.isMeanOfEpochs ? samples * Math.max(1, claim.epochs ?? rules.epochs) : samples;
}

function unstatedRevision({ revision }: Claim): Finding | null {
  if (revision !== undefined) return null;
  return {
    code: 'revision-unstated',
    level: 'note',
    message:
      'The entry names no revision of the dataset: which questions were asked cannot be told for sure.',
  };
}

function dateAhead({ date }: Claim, now: Date): Finding | null {
  // A day's grace: a date without a time may be tomorrow already where it was written.
  if (date === undefined || Date.parse(date) <= now.getTime() + 86_400_000) return null;
  return {
    code: 'date-in-future',
    level: 'doubt',
    message: `It is dated ${date.slice(0, 10)}, which lies ahead.`,
  };
}
