import { answerCandidates, targetCandidates } from './answer-candidates.ts';
import { isEquivalent } from './equivalence.ts';
import { MathFailure } from './failure.ts';
import { type ParsedAnswer, parseCandidate, parseFirst } from './parse-candidate.ts';

type MathStatus = 'correct' | 'incorrect' | 'answer_parse_error' | 'answer_limit' | 'undecidable';

export interface MathVerdict {
  status: MathStatus;
  /** The candidate that was judged; undefined when none could be. */
  answer?: string;
  /** Why there is no verdict. */
  reason?: string;
}

/** A target whose text could be read, or not decided upon. */
interface Target {
  source: string;
  parsed?: ParsedAnswer;
}

/** Parses the targets; undefined when not one of them says anything. */
export function parseTargets(targets: string[]): Target[] | undefined {
  const found: Target[] = [];
  for (const target of targets) {
    const candidates = targetCandidates(target);
    try {
      found.push({ source: candidates[0] ?? '', parsed: parseFirst(candidates) });
    } catch (error) {
      if (!(error instanceof MathFailure)) throw error;
      if (error.kind === 'undecidable') found.push({ source: candidates[0] ?? '' });
    }
  }
  return found.length > 0 ? found : undefined;
}

/** Judges a completion. Never says wrong where it could not decide. */
export function judgeMath(completion: string, targets: Target[]): MathVerdict {
  let candidates: string[] = [];
  try {
    candidates = answerCandidates(completion);
    // The same text says the same, whether or not we can read it.
    const [first] = candidates;
    if (first !== undefined && targets.some((target) => target.source === first && isReadable(first))) {
      return { status: 'correct', answer: first };
    }
    const answer = parseFirst(candidates);
    const match = anyMatches(targets, answer);
    if (match === true) return { status: 'correct', answer: answer.source };
    const fallback = answer.expression ? undefined : matchingExpression(candidates, targets);
    if (fallback) return { status: 'correct', answer: fallback.source };
    if (match === undefined)
      return { status: 'undecidable', answer: answer.source, reason: 'a target is beyond reach' };
    return { status: 'incorrect', answer: answer.source };
  } catch (error) {
    if (!(error instanceof MathFailure)) throw error;
    return failedVerdict(error, candidates);
  }
}

function failedVerdict(error: MathFailure, candidates: string[]): MathVerdict {
  const reason = error.message;
  if (error.kind === 'limit') return { status: 'answer_limit', reason };
  if (error.kind === 'undecidable') return { status: 'undecidable', answer: candidates[0] ?? '', reason };
  return { status: 'answer_parse_error', reason };
}

function isReadable(text: string): boolean {
  try {
    parseCandidate(text);
    return true;
  } catch (error) {
    return error instanceof MathFailure && error.kind === 'undecidable';
  }
}

/** True, false, or undefined when only targets that cannot be decided are left. */
function anyMatches(targets: Target[], answer: ParsedAnswer): boolean | undefined {
  let undecided = false;
  for (const { parsed } of targets) {
    if (!parsed) undecided = true;
    else if (isEquivalent(parsed, answer)) return true;
  }
  return undecided ? undefined : false;
}

/** Behind words that did not match, a bare number may still stand. */
function matchingExpression(candidates: string[], targets: Target[]): ParsedAnswer | undefined {
  for (const candidate of candidates) {
    try {
      const parsed = parseCandidate(candidate);
      if (parsed.expression && anyMatches(targets, parsed) === true) return parsed;
    } catch (error) {
      if (!(error instanceof MathFailure) || error.kind !== 'no-parse') throw error;
    }
  }
  return undefined;
}
