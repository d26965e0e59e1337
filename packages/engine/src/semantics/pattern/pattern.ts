import { Matcher } from './matcher.ts';
import { parsePattern } from './parse-pattern.ts';
import { compileProgram } from './program.ts';
import { startTest } from './start-test.ts';

/** What a match captured, and where it stands: places count code points, `end` is not included. */
interface PatternMatch {
  text: string;
  start: number;
  end: number;
  /** Group 1, 2, …; undefined for a group that took no part. */
  groups: (string | undefined)[];
}

/** A pattern of Python's `re`, ready to search. */
export interface Pattern {
  groupCount: number;
  /** The first match from the left, or null. Throws `pattern-budget`. */
  search(text: string): PatternMatch | null;
  /** All matches that do not overlap, from the left, as `re.finditer` gives them. Throws `pattern-budget`. */
  searchAll(text: string): PatternMatch[];
}

/**
 * Compiles a pattern from a task file. Such a pattern is somebody else's program, so it runs on a matcher of our
 * own that counts its steps, with Python's meaning in every detail; docs/design/inspect-parity.md says why.
 * Throws `bad-pattern`.
 */
export function compilePattern(source: string, options: { ignoreCase?: boolean } = {}): Pattern {
  const flags = {
    ignoreCase: options.ignoreCase ?? false,
    multiLine: false,
    dotAll: false,
    verbose: false,
    ascii: false,
  };
  const { root, groupCount } = parsePattern(source, flags);
  const program = compileProgram(root, groupCount);
  const canStart = startTest(root);
  return {
    groupCount,
    search(text) {
      const codes = toCodes(text);
      const matcher = new Matcher(program, codes);
      for (let start = 0; start <= codes.length; start += 1) {
        if (!canStart(codes, start)) continue;
        const end = matcher.matchAt(start);
        if (end >= 0) return toMatch(text, codes, start, end, matcher.slots, groupCount);
      }
      return null;
    },
    searchAll(text) {
      const codes = toCodes(text);
      const matcher = new Matcher(program, codes);
      const matches: PatternMatch[] = [];
      let from = 0;
      for (let start = 0; start <= codes.length; start += 1) {
        // Where one match ended, the next may begin, whatever the shortcut for single searches says.
        const end = start === from || canStart(codes, start) ? matcher.matchAt(start) : -1;
        if (end < 0) continue;
        matches.push(toMatch(text, codes, start, end, matcher.slots, groupCount));
        // After an empty match, a character later.
        from = Math.max(end, start + 1);
        start = from - 1;
      }
      return matches;
    },
  };
}

function toCodes(text: string): Uint32Array {
  const codes = new Uint32Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.codePointAt(i)!;
    codes[length] = code;
    length += 1;
    if (code > 0xffff) i += 1;
  }
  return length === text.length ? codes : codes.subarray(0, length);
}

function toMatch(
  text: string,
  codes: Uint32Array,
  start: number,
  end: number,
  slots: Int32Array,
  groupCount: number,
): PatternMatch {
  const slice = (from: number, to: number) =>
    codes.length === text.length ? text.slice(from, to) : Array.from(text).slice(from, to).join('');
  const groups = Array.from({ length: groupCount }, (_, index) => {
    const from = slots[2 * index + 2]!;
    const to = slots[2 * index + 3]!;
    return from < 0 || to < 0 ? undefined : slice(from, to);
  });
  return { text: slice(start, end), start, end, groups };
}
