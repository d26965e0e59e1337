import { SemanticsError } from '../error.ts';
import { type AssertNode, type CharTest, type PatternNode, type RepeatNode, widthOf } from './syntax.ts';

/** One step of a compiled pattern; `a` and `b` are positions in the program or numbers, as the step needs. */
export type Instruction =
  | { op: 'char'; test: CharTest }
  | { op: 'code'; code: number }
  | {
      op: 'run';
      test: CharTest;
      min: number;
      max: number;
      mode: RepeatNode['mode'];
      follow: number | undefined;
    }
  | { op: 'split'; a: number; b: number }
  | { op: 'jump'; a: number }
  | { op: 'save'; slot: number }
  | { op: 'assert'; node: AssertNode }
  | { op: 'reference'; index: number; ignoreCase: boolean }
  | { op: 'look'; body: Instruction[]; negative: boolean; back: number }
  | { op: 'atomic'; body: Instruction[] }
  | { op: 'condition'; index: number; no: number }
  | { op: 'mark'; register: number }
  | { op: 'repeat-if-moved'; register: number; a: number }
  | { op: 'match' };

/** Bounded repeats are written out; a pattern that grows beyond this is refused. */
const maxInstructions = 50_000;

export interface Program {
  instructions: Instruction[];
  /** Slots for group starts and ends, then one per loop. */
  slotCount: number;
}

/** Turns the tree into a program for the backtracking matcher. Throws `bad-pattern` when it grows too large. */
export function compileProgram(root: PatternNode, groupCount: number): Program {
  const compiler = new Compiler(2 * (groupCount + 1));
  const instructions = compiler.compile(root);
  return { instructions, slotCount: compiler.slotCount };
}

class Compiler {
  slotCount: number;
  #written = 0;

  constructor(slotCount: number) {
    this.slotCount = slotCount;
  }

  compile(root: PatternNode): Instruction[] {
    const out: Instruction[] = [];
    this.#emitNode(out, root);
    this.#push(out, { op: 'match' });
    joinRuns(out);
    return out;
  }

  #push(out: Instruction[], instruction: Instruction): number {
    this.#written += 1;
    if (this.#written > maxInstructions) {
      throw new SemanticsError(
        'bad-pattern',
        'the pattern is too large: its bounded repeats multiply too far',
      );
    }
    return out.push(instruction) - 1;
  }

  #emitNode(out: Instruction[], node: PatternNode): void {
    switch (node.type) {
      case 'char':
        this.#push(
          out,
          node.code === undefined ? { op: 'char', test: node.test } : { op: 'code', code: node.code },
        );
        return;
      case 'assert':
        this.#push(out, { op: 'assert', node });
        return;
      case 'sequence':
        for (const item of node.items) this.#emitNode(out, item);
        return;
      case 'alternation':
        this.#emitAlternation(out, node.branches);
        return;
      case 'group':
        this.#emitGroup(out, node.body, node.index);
        return;
      case 'back-reference':
        this.#push(out, { op: 'reference', index: node.index, ignoreCase: node.ignoreCase });
        return;
      case 'look':
        this.#push(out, {
          op: 'look',
          body: this.compile(node.body),
          negative: node.negative,
          back: node.behind ? widthOf(node.body).min : 0,
        });
        return;
      case 'atomic':
        this.#push(out, { op: 'atomic', body: this.compile(node.body) });
        return;
      case 'condition':
        this.#emitCondition(out, node.index, node.yes, node.no);
        return;
      case 'repeat':
        this.#emitRepeat(out, node);
    }
  }

  #emitGroup(out: Instruction[], body: PatternNode, index: number | undefined): void {
    if (index !== undefined) this.#push(out, { op: 'save', slot: 2 * index });
    this.#emitNode(out, body);
    if (index !== undefined) this.#push(out, { op: 'save', slot: 2 * index + 1 });
  }

  #emitAlternation(out: Instruction[], branches: PatternNode[]): void {
    const ends: { op: 'jump'; a: number }[] = [];
    for (const [number, branch] of branches.entries()) {
      if (number === branches.length - 1) {
        this.#emitNode(out, branch);
        break;
      }
      const split = { op: 'split' as const, a: 0, b: 0 };
      split.a = this.#push(out, split) + 1;
      this.#emitNode(out, branch);
      const end = { op: 'jump' as const, a: 0 };
      this.#push(out, end);
      ends.push(end);
      split.b = out.length;
    }
    for (const end of ends) end.a = out.length;
  }

  #emitCondition(out: Instruction[], index: number, yes: PatternNode, no: PatternNode): void {
    const condition = { op: 'condition' as const, index, no: 0 };
    this.#push(out, condition);
    this.#emitNode(out, yes);
    const end = { op: 'jump' as const, a: 0 };
    this.#push(out, end);
    condition.no = out.length;
    this.#emitNode(out, no);
    end.a = out.length;
  }

  #emitRepeat(out: Instruction[], node: RepeatNode): void {
    if (node.body.type === 'char') {
      const { min, max, mode } = node;
      this.#push(out, { op: 'run', test: node.body.test, min, max, mode, follow: undefined });
      return;
    }
    if (node.mode === 'possessive') {
      this.#push(out, { op: 'atomic', body: this.compile({ ...node, mode: 'greedy' }) });
      return;
    }
    for (let i = 0; i < node.min; i += 1) this.#emitNode(out, node.body);
    if (node.max === Number.POSITIVE_INFINITY) this.#emitLoop(out, node);
    else this.#emitOptional(out, node, node.max - node.min);
  }

  /** Any number of times; an iteration that consumed nothing is the last one. */
  #emitLoop(out: Instruction[], node: RepeatNode): void {
    const register = this.slotCount;
    this.slotCount += 1;
    const split = { op: 'split' as const, a: 0, b: 0 };
    const start = this.#push(out, split);
    this.#push(out, { op: 'mark', register });
    this.#emitNode(out, node.body);
    this.#push(out, { op: 'repeat-if-moved', register, a: start });
    setBranches(split, node.mode, start + 1, out.length);
  }

  /** Up to `count` times, each nested in the one before. */
  #emitOptional(out: Instruction[], node: RepeatNode, count: number): void {
    const splits: { op: 'split'; a: number; b: number; at: number }[] = [];
    for (let i = 0; i < count; i += 1) {
      const split = { op: 'split' as const, a: 0, b: 0, at: 0 };
      split.at = this.#push(out, split) + 1;
      splits.push(split);
      this.#emitNode(out, node.body);
    }
    for (const split of splits) setBranches(split, node.mode, split.at, out.length);
  }
}

function setBranches(
  split: { a: number; b: number },
  mode: RepeatNode['mode'],
  body: number,
  after: number,
): void {
  split.a = mode === 'lazy' ? after : body;
  split.b = mode === 'lazy' ? body : after;
}

/** What must follow a run lets it give back many characters at once instead of one by one. */
function joinRuns(out: Instruction[]): void {
  for (const [index, instruction] of out.entries()) {
    const next = out[index + 1];
    if (instruction.op === 'run' && next?.op === 'code') instruction.follow = next.code;
  }
}
