import { SemanticsError } from '../error.ts';
import { isAsciiWord, isWordCode, lowerCode } from './char-test.ts';
import type { Instruction, Program } from './program.ts';
import type { AssertNode } from './syntax.ts';

/** Steps a search may take: some tenths of a second. Counted, not timed, so that a score never depends on the machine. */
const stepBudget = 10_000_000;

const untouched = -1;

/** Kinds of entries on the backtrack stack; each entry is four numbers. */
const tryAt = 0;
const restoreSlot = 1;
const shrinkRun = 2;
const growRun = 3;

/**
 * A backtracking matcher over code points with Python's order of preference and its capture rules: groups keep
 * their last iteration's text, back-references to groups that took no part fail. Throws `pattern-budget`.
 */
export class Matcher {
  readonly #program: Program;
  readonly #codes: Uint32Array;
  readonly #slots: Int32Array;
  #steps = 0;
  /** Where the search stands: in the program, in the text. */
  #pc = 0;
  #at = 0;

  constructor(program: Program, codes: Uint32Array) {
    this.#program = program;
    this.#codes = codes;
    this.#slots = new Int32Array(program.slotCount);
  }

  /** Tries to match at one place. Gives the end, or -1; group positions are then in `slots`. */
  matchAt(start: number): number {
    this.#slots.fill(untouched);
    return this.#run(this.#program.instructions, start);
  }

  get slots(): Int32Array {
    return this.#slots;
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > stepBudget) {
      throw new SemanticsError('pattern-budget', 'the pattern needs too many steps on this text', {
        hint: 'nested repeats such as (a+)+ make a pattern slow; write it so that each text matches in one way only',
      });
    }
  }

  #run(program: Instruction[], start: number): number {
    const stack: number[] = [];
    this.#pc = 0;
    this.#at = start;
    for (;;) {
      this.#spend(1);
      const instruction = program[this.#pc]!;
      if (instruction.op === 'match') return this.#at;
      if (!this.#step(instruction, this.#pc, this.#at, stack) && !this.#backtrack(program, stack)) return -1;
    }
  }

  /** Goes on from a place in program and text; always true, so that a step can end with it. */
  #goTo(pc: number, at: number): true {
    this.#pc = pc;
    this.#at = at;
    return true;
  }

  /** Moves on, or tells that this way fails. */
  #step(instruction: Instruction, pc: number, at: number, stack: number[]): boolean {
    switch (instruction.op) {
      case 'code':
        return this.#codes[at] === instruction.code ? this.#goTo(pc + 1, at + 1) : false;
      case 'char':
        return at < this.#codes.length && instruction.test(this.#codes[at]!)
          ? this.#goTo(pc + 1, at + 1)
          : false;
      case 'run':
        return this.#startRun(instruction, pc, at, stack);
      case 'split':
        stack.push(tryAt, instruction.b, at, 0);
        return this.#goTo(instruction.a, at);
      case 'jump':
        return this.#goTo(instruction.a, at);
      case 'save':
        this.#setSlot(instruction.slot, at, stack);
        return this.#goTo(pc + 1, at);
      case 'mark':
        this.#setSlot(instruction.register, at, stack);
        return this.#goTo(pc + 1, at);
      case 'repeat-if-moved':
        return this.#goTo(this.#slots[instruction.register] === at ? pc + 1 : instruction.a, at);
      case 'assert':
        return this.#holds(instruction.node, at) ? this.#goTo(pc + 1, at) : false;
      case 'reference':
        return this.#matchReference(instruction.index, instruction.ignoreCase, pc, at);
      case 'condition':
        return this.#goTo(this.#hasGroup(instruction.index) ? pc + 1 : instruction.no, at);
      case 'look':
        return this.#look(instruction, at, stack) ? this.#goTo(pc + 1, at) : false;
      case 'atomic': {
        const end = this.#sub(instruction.body, at, stack);
        return end < 0 ? false : this.#goTo(pc + 1, end);
      }
      case 'match':
        return this.#goTo(pc, at);
    }
  }

  #setSlot(slot: number, value: number, stack: number[]): void {
    stack.push(restoreSlot, slot, this.#slots[slot]!, 0);
    this.#slots[slot] = value;
  }

  /** Takes as many (greedy) or as few (lazy) characters as it may, and notes how to give back or take more. */
  #startRun(run: Extract<Instruction, { op: 'run' }>, pc: number, at: number, stack: number[]): boolean {
    const limit = Math.min(this.#codes.length, at + run.max);
    const least = at + run.min;
    if (least > limit) return false;
    let end = at;
    const goal = run.mode === 'lazy' ? least : limit;
    while (end < goal && run.test(this.#codes[end]!)) end += 1;
    this.#spend((end - at) >> 3);
    if (end < least) return false;
    if (run.mode === 'lazy' && end < limit) stack.push(growRun, pc, end, limit);
    if (run.mode === 'greedy' && end > least) stack.push(shrinkRun, pc, end, least);
    return this.#goTo(pc + 1, end);
  }

  #backtrack(program: Instruction[], stack: number[]): boolean {
    while (stack.length > 0) {
      const extra = stack.pop()!;
      const at = stack.pop()!;
      const pc = stack.pop()!;
      switch (stack.pop()) {
        case tryAt:
          return this.#goTo(pc, at);
        case restoreSlot:
          this.#slots[pc] = at;
          break;
        case shrinkRun: {
          if (this.#shrink(program, pc, at, extra, stack)) return true;
          break;
        }
        default: {
          if (this.#grow(program, pc, at, extra, stack)) return true;
        }
      }
    }
    return false;
  }

  #shrink(program: Instruction[], pc: number, end: number, least: number, stack: number[]): boolean {
    const { follow } = program[pc] as Extract<Instruction, { op: 'run' }>;
    let shorter = end - 1;
    if (follow !== undefined) {
      while (shorter >= least && this.#codes[shorter] !== follow) shorter -= 1;
      this.#spend((end - shorter) >> 3);
    }
    if (shorter < least) return false;
    if (shorter > least) stack.push(shrinkRun, pc, shorter, least);
    return this.#goTo(pc + 1, shorter);
  }

  #grow(program: Instruction[], pc: number, end: number, limit: number, stack: number[]): boolean {
    const { test, follow } = program[pc] as Extract<Instruction, { op: 'run' }>;
    let longer = end;
    do {
      if (longer >= limit || !test(this.#codes[longer]!)) return false;
      longer += 1;
    } while (follow !== undefined && longer < limit && this.#codes[longer] !== follow);
    this.#spend((longer - end) >> 3);
    if (longer < limit) stack.push(growRun, pc, longer, limit);
    return this.#goTo(pc + 1, longer);
  }

  /** Runs a program of its own to its first match; what it captured is undone when the outer way fails. */
  #sub(program: Instruction[], at: number, stack: number[]): number {
    const before = this.#slots.slice();
    const end = this.#run(program, at);
    const after = end < 0 ? before : this.#slots.slice();
    this.#slots.set(before);
    if (end < 0) return end;
    for (const [slot, value] of after.entries()) {
      if (value !== before[slot]) this.#setSlot(slot, value, stack);
    }
    return end;
  }

  #look(look: Extract<Instruction, { op: 'look' }>, at: number, stack: number[]): boolean {
    const from = at - look.back;
    if (from < 0) return look.negative;
    if (!look.negative) return this.#sub(look.body, from, stack) >= 0;
    const before = this.#slots.slice();
    const found = this.#run(look.body, from) >= 0;
    this.#slots.set(before);
    return !found;
  }

  #hasGroup(index: number): boolean {
    return this.#slots[2 * index]! >= 0 && this.#slots[2 * index + 1]! >= 0;
  }

  #matchReference(index: number, ignoreCase: boolean, pc: number, at: number): boolean {
    if (!this.#hasGroup(index)) return false;
    const from = this.#slots[2 * index]!;
    const length = this.#slots[2 * index + 1]! - from;
    this.#spend(length >> 3);
    for (let i = 0; i < length; i += 1) {
      const wanted = this.#codes[from + i];
      const found = this.#codes[at + i];
      if (wanted === undefined || found === undefined) return false;
      if (wanted !== found && !(ignoreCase && lowerCode(wanted) === lowerCode(found))) return false;
    }
    return this.#goTo(pc + 1, at + length);
  }

  #holds(node: AssertNode, at: number): boolean {
    const codes = this.#codes;
    switch (node.kind) {
      case 'start':
        return at === 0;
      case 'end':
        return at === codes.length;
      case 'last-line-end':
        return at === codes.length || (at === codes.length - 1 && codes[at] === 10);
      case 'line-start':
        return at === 0 || codes[at - 1] === 10;
      case 'line-end':
        return at === codes.length || codes[at] === 10;
      case 'word-edge':
        return this.#isWord(at - 1, node.ascii) !== this.#isWord(at, node.ascii);
      case 'no-word-edge':
        // Python finds no edge, and no lack of one, in an empty text.
        return codes.length > 0 && this.#isWord(at - 1, node.ascii) === this.#isWord(at, node.ascii);
    }
  }

  #isWord(at: number, ascii: boolean): boolean {
    const code = this.#codes[at];
    return code !== undefined && (ascii ? isAsciiWord(code) : isWordCode(code));
  }
}
