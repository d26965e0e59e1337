import { SemanticsError } from '../error.ts';
import { compilePattern, type Pattern } from '../pattern/pattern.ts';
import { whitespaceClass } from '../python/whitespace.ts';

/** The grade in a judge's reply, or null when there is none to read. */
export type GradeReader = (reply: string) => string | null;

export interface GradeReading {
  /** The task wrote its own instructions: which grades it offers is not known. */
  ownInstructions: boolean;
  partialCredit: boolean;
  /** The task's own regular expression; its first group is the grade, as it stands. */
  pattern?: string;
}

/** Spaces, and the marks without width that come along with pasted text. */
const gap = `[${whitespaceClass}\\u200b-\\u200f\\u2060\\u2063\\ufeff]*`;
const word = '[\\p{L}\\p{N}_]';
const token = `(?<!${word})GRADE(?!${word})`;

/** The marker alone is consumed, so that of two overlapping verdicts the later is found. */
const anyVerdict = new RegExp(`${token}(?=${gap}:${gap}(${word}*))`, 'giu');
const letterVerdict = new RegExp(`${token}(?=${gap}:${gap}([CPIıİ]))`, 'giu');

const gradeWords: Record<string, string> = { correct: 'C', incorrect: 'I', partial: 'P' };

/**
 * Without a pattern the last `GRADE:` decides, even when what follows it is no grade: an earlier mention is
 * reasoning, or was put there by the answer that is being judged.
 */
export function createGradeReader(reading: GradeReading): GradeReader {
  if (reading.pattern !== undefined) return patternReader(reading.pattern);
  if (reading.ownInstructions) return (reply) => lastGroup(letterVerdict, reply)?.toUpperCase() ?? null;
  const offered = new Set(reading.partialCredit ? ['C', 'P', 'I'] : ['C', 'I']);
  return (reply) => {
    const verdict = lastGroup(anyVerdict, reply);
    if (verdict === undefined) return null;
    const grade = gradeWords[verdict.toLowerCase()] ?? verdict.toUpperCase();
    return offered.has(grade) ? grade : null;
  };
}

function lastGroup(pattern: RegExp, text: string): string | undefined {
  let last: string | undefined;
  for (const match of text.matchAll(pattern)) last = match[1];
  return last;
}

function patternReader(source: string): GradeReader {
  let compiled: Pattern | undefined;
  return (reply) => {
    compiled ??= compilePattern(source);
    const found = compiled.search(reply);
    if (found && compiled.groupCount === 0) {
      throw new SemanticsError('bad-pattern', 'grade_pattern needs a group that captures the grade');
    }
    return found?.groups[0] ?? null;
  };
}
