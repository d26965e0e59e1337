import { categoryTest, literalTest } from './char-test.ts';
import { parseClass } from './parse-class.ts';
import { parseEscape } from './parse-escape.ts';
import { PatternReader } from './pattern-reader.ts';
import { type AssertKind, type Flags, type PatternNode, type RepeatNode, widthOf } from './syntax.ts';

export interface ParsedPattern {
  root: PatternNode;
  groupCount: number;
}

/** Depth of nested groups that is accepted: each level costs stack. */
const maxDepth = 200;

const flagOfLetter: Record<string, keyof Flags | null> = {
  a: 'ascii',
  i: 'ignoreCase',
  m: 'multiLine',
  s: 'dotAll',
  u: null,
  x: 'verbose',
};

/**
 * Parses Python's `re` dialect (3.11, text patterns). Throws `bad-pattern` with the position for what Python
 * refuses.
 */
export function parsePattern(source: string, flags: Flags): ParsedPattern {
  const parser = new PatternParser(source, { ...flags });
  return parser.parse();
}

class PatternParser {
  readonly #reader: PatternReader;
  readonly #globals: Flags;
  readonly #names = new Map<string, number>();
  readonly #open = new Set<number>();
  #groups = 0;
  #depth = 0;
  /** Highest group a condition asks for; it may stand further on. */
  #asked = 0;
  /** Inside a look behind: how many groups there were before it. Only those may be referred to. */
  #groupsBeforeLook = Number.POSITIVE_INFINITY;
  readonly #widths = new Map<number, { min: number; max: number }>();

  constructor(source: string, flags: Flags) {
    this.#reader = new PatternReader(source);
    this.#globals = flags;
  }

  parse(): ParsedPattern {
    this.#takeGlobalFlags();
    const root = this.#alternation(this.#globals);
    if (!this.#reader.done) throw this.#reader.error('an unbalanced ")"');
    if (this.#asked > this.#groups) throw this.#reader.error(`there is no group ${this.#asked}`);
    return { root, groupCount: this.#groups };
  }

  /** `(?i)` and its kin stand first in the pattern or nowhere. */
  #takeGlobalFlags(): void {
    for (;;) {
      const start = this.#reader.at;
      if (this.#globals.verbose) this.#skipVerbose();
      const letters = this.#reader.take('(?') ? this.#reader.takeWhile(/[a-zA-Z]/) : '';
      if (letters === '' || !this.#reader.take(')')) {
        this.#reader.at = start;
        return;
      }
      Object.assign(this.#globals, this.#readFlags(letters, this.#globals, true));
    }
  }

  #readFlags(letters: string, base: Flags, on: boolean): Flags {
    const flags = { ...base };
    for (const letter of letters) {
      if (!Object.hasOwn(flagOfLetter, letter)) throw this.#reader.error(`there is no flag "${letter}"`);
      const name = flagOfLetter[letter];
      if (name) flags[name] = on;
      else flags.ascii = false;
    }
    return flags;
  }

  #alternation(flags: Flags): PatternNode {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw this.#reader.error('groups are nested too deeply');
    const branches = [this.#sequence(flags)];
    while (this.#reader.take('|')) branches.push(this.#sequence(flags));
    this.#depth -= 1;
    return branches.length === 1 ? branches[0]! : { type: 'alternation', branches };
  }

  #sequence(flags: Flags): PatternNode {
    const items: PatternNode[] = [];
    for (;;) {
      if (flags.verbose) this.#skipVerbose();
      if (this.#reader.done || this.#reader.peek() === '|' || this.#reader.peek() === ')') break;
      const item = this.#item(flags);
      if (item) items.push(this.#repeated(item, flags));
    }
    return items.length === 1 ? items[0]! : { type: 'sequence', items };
  }

  #skipVerbose(): void {
    for (;;) {
      this.#reader.takeWhile(/[ \t\n\r\f\v]/);
      if (!this.#reader.take('#')) return;
      this.#reader.takeWhile(/[^\n]/u);
    }
  }

  /** One item without its quantifier; undefined for a comment. */
  #item(flags: Flags): PatternNode | undefined {
    const reader = this.#reader;
    const char = reader.next();
    switch (char) {
      case '\\':
        return this.#escape(flags);
      case '[':
        return parseClass(reader, flags);
      case '(':
        return this.#group(flags);
      case '.':
        return { type: 'char', test: flags.dotAll ? () => true : (code) => code !== 10 };
      case '^':
        return this.#assert(flags.multiLine ? 'line-start' : 'start', flags);
      case '$':
        return this.#assert(flags.multiLine ? 'line-end' : 'last-line-end', flags);
      case '*':
      case '+':
      case '?':
        throw reader.error('nothing to repeat');
      default:
        return this.#braceOrLiteral(char, flags);
    }
  }

  /** A brace that opens no quantifier is a character like any other. */
  #braceOrLiteral(char: string, flags: Flags): PatternNode {
    if (char === '{') {
      this.#reader.at -= 1;
      if (this.#bounds()) throw this.#reader.error('nothing to repeat');
      this.#reader.at += 1;
    }
    return { type: 'char', ...literalTest(char.codePointAt(0)!, flags.ignoreCase, flags.ascii) };
  }

  #assert(kind: AssertKind, flags: Flags): PatternNode {
    return { type: 'assert', kind, ascii: flags.ascii };
  }

  #escape(flags: Flags): PatternNode {
    const escaped = parseEscape(this.#reader, false);
    switch (escaped.type) {
      case 'code':
        return { type: 'char', ...literalTest(escaped.code, flags.ignoreCase, flags.ascii) };
      case 'category':
        return { type: 'char', test: categoryTest(escaped.letter, flags.ascii) };
      case 'reference':
        return this.#backReference(escaped.index, flags);
      case 'assert': {
        const kinds: Record<string, AssertKind> = { A: 'start', Z: 'end', b: 'word-edge', B: 'no-word-edge' };
        return this.#assert(kinds[escaped.letter]!, flags);
      }
    }
  }

  #backReference(index: number, flags: Flags): PatternNode {
    if (index > this.#groups) throw this.#reader.error(`there is no group ${index} yet`);
    this.#assertReferable(index);
    const width = this.#widths.get(index) ?? { min: 0, max: Number.POSITIVE_INFINITY };
    return { type: 'back-reference', index, ignoreCase: flags.ignoreCase, width };
  }

  #assertReferable(index: number): void {
    if (this.#open.has(index)) throw this.#reader.error(`group ${index} is still open`);
    if (index > this.#groupsBeforeLook)
      throw this.#reader.error(`group ${index} is not known in this look behind`);
  }

  #group(flags: Flags): PatternNode | undefined {
    const reader = this.#reader;
    if (!reader.take('?')) return this.#capture(flags);
    const kind = reader.next('the kind of a group');
    switch (kind) {
      case ':':
        return { type: 'group', body: this.#closed(flags) };
      case '>':
        return { type: 'atomic', body: this.#closed(flags) };
      case '=':
      case '!':
        return { type: 'look', behind: false, negative: kind === '!', body: this.#closed(flags) };
      case '<':
        return this.#lookBehind(flags);
      case '#':
        reader.takeUntil(')', 'a comment');
        return undefined;
      case '(':
        return this.#condition(flags);
      case 'P':
        return this.#named(flags);
      default:
        reader.at -= 1;
        return this.#scopedFlags(flags);
    }
  }

  #closed(flags: Flags): PatternNode {
    const body = this.#alternation(flags);
    if (!this.#reader.take(')')) throw this.#reader.error('a group is never closed');
    return body;
  }

  #capture(flags: Flags, name?: string): PatternNode {
    this.#groups += 1;
    const index = this.#groups;
    if (name !== undefined) this.#names.set(name, index);
    this.#open.add(index);
    const body = this.#closed(flags);
    this.#open.delete(index);
    this.#widths.set(index, widthOf(body));
    return { type: 'group', index, body };
  }

  #lookBehind(flags: Flags): PatternNode {
    const kind = this.#reader.next('"=" or "!"');
    if (kind !== '=' && kind !== '!') throw this.#reader.error(`there is no group "(?<${kind}"`);
    const outer = this.#groupsBeforeLook;
    this.#groupsBeforeLook = Math.min(outer, this.#groups);
    const body = this.#closed(flags);
    this.#groupsBeforeLook = outer;
    const { min, max } = widthOf(body);
    if (min !== max) throw this.#reader.error('what is looked for behind must have a fixed length');
    return { type: 'look', behind: true, negative: kind === '!', body };
  }

  #named(flags: Flags): PatternNode {
    const reader = this.#reader;
    if (reader.take('<')) {
      const name = this.#identifier(reader.takeUntil('>', 'a group name'));
      if (this.#names.has(name)) throw reader.error(`the group name "${name}" is used twice`);
      return this.#capture(flags, name);
    }
    if (!reader.take('=')) throw reader.error('"<" or "=" must follow "(?P"');
    const name = this.#identifier(reader.takeUntil(')', 'a group name'));
    const index = this.#names.get(name);
    if (index === undefined) throw reader.error(`there is no group named "${name}"`);
    return this.#backReference(index, flags);
  }

  #identifier(name: string): string {
    if (/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name)) return name;
    throw this.#reader.error(`"${name.slice(0, 60)}" cannot be a group name`);
  }

  #condition(flags: Flags): PatternNode {
    const reader = this.#reader;
    const reference = reader.takeUntil(')', 'a group reference');
    const index = /^\d+$/.test(reference) ? Number(reference) : this.#names.get(this.#identifier(reference));
    if (!index) throw reader.error(`there is no group "${reference.slice(0, 60)}"`);
    if (this.#groupsBeforeLook !== Number.POSITIVE_INFINITY) this.#assertReferable(index);
    this.#asked = Math.max(this.#asked, index);
    const yes = this.#sequence(flags);
    const no: PatternNode = reader.take('|') ? this.#sequence(flags) : { type: 'sequence', items: [] };
    if (!reader.take(')')) throw reader.error('a condition has two branches at most and must be closed');
    return { type: 'condition', index, yes, no };
  }

  /** `(?i:…)`, `(?-s:…)`; flags without a colon belong to the start of the pattern. */
  #scopedFlags(flags: Flags): PatternNode {
    const reader = this.#reader;
    let inner = this.#readFlags(reader.takeWhile(/[a-zA-Z]/), flags, true);
    if (reader.take('-')) {
      const off = reader.takeWhile(/[a-zA-Z]/);
      if (off === '' || /[au]/.test(off)) throw reader.error('these flags cannot be turned off');
      inner = this.#readFlags(off, inner, false);
    }
    if (reader.peek() === ')') throw reader.error('flags for the whole pattern must stand at its start');
    if (!reader.take(':')) throw reader.error(`there is no group "(?${reader.peek()}"`);
    return { type: 'group', body: this.#closed(inner) };
  }

  #repeated(item: PatternNode, flags: Flags): PatternNode {
    if (flags.verbose) this.#skipVerbose();
    const bounds = this.#bounds();
    if (!bounds) return item;
    if (item.type === 'assert') throw this.#reader.error('nothing to repeat');
    const mode: RepeatNode['mode'] = this.#reader.take('?')
      ? 'lazy'
      : this.#reader.take('+')
        ? 'possessive'
        : 'greedy';
    if (flags.verbose) this.#skipVerbose();
    if (this.#bounds()) throw this.#reader.error('a quantifier cannot follow another');
    return { type: 'repeat', ...bounds, mode, body: item };
  }

  /** Takes a quantifier, if one stands here. */
  #bounds(): { min: number; max: number } | undefined {
    const reader = this.#reader;
    if (reader.take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (reader.take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (reader.take('?')) return { min: 0, max: 1 };
    const start = reader.at;
    if (!reader.take('{')) return undefined;
    const low = reader.takeWhile(/[0-9]/);
    const high = reader.take(',') ? reader.takeWhile(/[0-9]/) : low;
    const isEmpty = reader.chars[start + 1] === '}';
    if (isEmpty || !reader.take('}')) {
      reader.at = start;
      return undefined;
    }
    const min = Number(low || 0);
    const max = high === '' ? Number.POSITIVE_INFINITY : Number(high);
    if (max < min) throw reader.error('the lower bound is above the upper one');
    return { min, max };
  }
}
