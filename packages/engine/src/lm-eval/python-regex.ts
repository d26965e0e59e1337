import { compilePattern, type Pattern } from '../semantics/pattern/pattern.ts';

const compiled = new Map<string, Pattern>();

function patternOf(source: string): Pattern {
  let pattern = compiled.get(source);
  if (!pattern) {
    pattern = compilePattern(source);
    if (compiled.size > 500) compiled.clear();
    compiled.set(source, pattern);
  }
  return pattern;
}

/** `re.findall`, but each match with all its groups; group 0 is not among them. Throws `bad-pattern`, `pattern-budget`. */
export function findAll(source: string, text: string): { text: string; groups: string[] }[] {
  return patternOf(source)
    .searchAll(text)
    .map((match) => ({ text: match.text, groups: match.groups.map((group) => group ?? '') }));
}

/**
 * `re.sub(source, replacement, text, count)`; the replacement may name groups as `\1`, `\g<1>`. A count of 0 is "all".
 * Throws `bad-pattern`, `pattern-budget`.
 */
export function substitute(source: string, replacement: string, text: string, count = 0): string {
  const matches = patternOf(source).searchAll(text);
  const used = count > 0 ? matches.slice(0, count) : matches;
  if (used.length === 0) return text;
  const codes = Array.from(text);
  let out = '';
  let last = 0;
  for (const match of used) {
    out += codes.slice(last, match.start).join('') + expand(replacement, match.text, match.groups);
    last = match.end;
  }
  return out + codes.slice(last).join('');
}

const controls: Record<string, string> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07', b: '\b' };

function expand(replacement: string, whole: string, groups: (string | undefined)[]): string {
  return replacement.replace(
    /\\(?:g<(\d+)>|(\d{1,2})|([\s\S]))/g,
    (all, long, short, char: string | undefined) => {
      if (char !== undefined) return char === '\\' ? '\\' : (controls[char] ?? all);
      const index = Number(long ?? short);
      return index === 0 ? whole : (groups[index - 1] ?? '');
    },
  );
}
