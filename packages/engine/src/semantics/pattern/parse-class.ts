import { type CodeRange, categoryTest, setTest } from './char-test.ts';
import { parseEscape } from './parse-escape.ts';
import type { PatternReader } from './pattern-reader.ts';
import type { CharNode, CharTest, Flags } from './syntax.ts';

type Member = { code: number } | { test: CharTest };

/** Reads a class behind its opening bracket. A closing bracket in first place is a member. */
export function parseClass(reader: PatternReader, flags: Flags): CharNode {
  const negative = reader.take('^');
  const ranges: CodeRange[] = [];
  const categories: CharTest[] = [];
  for (let first = true; first || reader.peek() !== ']'; first = false) {
    const member = parseMember(reader, flags);
    const isRange = reader.peek() === '-' && reader.peek(1) !== ']' && reader.peek(1) !== '';
    if (isRange) {
      reader.next();
      ranges.push(toRange(reader, member, parseMember(reader, flags)));
    } else if ('code' in member) ranges.push({ from: member.code, to: member.code });
    else categories.push(member.test);
  }
  reader.next('"]"');
  const test = setTest(ranges, categories, flags.ignoreCase, flags.ascii);
  return { type: 'char', test: negative ? (code) => !test(code) : test };
}

function parseMember(reader: PatternReader, flags: Flags): Member {
  const char = reader.next('"]"');
  if (char !== '\\') return { code: char.codePointAt(0)! };
  const escaped = parseEscape(reader, true);
  if (escaped.type === 'category') return { test: categoryTest(escaped.letter, flags.ascii) };
  if (escaped.type === 'code') return { code: escaped.code };
  throw reader.error('this escape has no meaning in a class');
}

function toRange(reader: PatternReader, from: Member, to: Member): CodeRange {
  if (!('code' in from) || !('code' in to) || from.code > to.code)
    throw reader.error('a bad range in a class');
  return { from: from.code, to: to.code };
}
