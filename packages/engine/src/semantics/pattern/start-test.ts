import type { CharTest, PatternNode } from './syntax.ts';

/** Can a match begin here? Rules out most of a text cheaply; never rules out a place where one does begin. */
export type StartTest = (codes: Uint32Array, start: number) => boolean;

export function startTest(root: PatternNode): StartTest {
  const first = firstItem(root);
  if (first?.type === 'assert' && first.kind === 'start') return (_codes, start) => start === 0;
  const isLeadingAny = first?.type === 'repeat' && first.min === 0 && first.max === Number.POSITIVE_INFINITY;
  if (isLeadingAny && first.body.type === 'char' && first.mode !== 'possessive' && !hasReference(root)) {
    // What `.*` could skip from the middle, it could skip from the start of its stretch as well.
    const { test } = first.body;
    return (codes, start) => start === 0 || !test(codes[start - 1]!);
  }
  const opening = openingOf(root);
  if (!opening || opening.mayBeEmpty) return () => true;
  const tests = opening.tests;
  if (tests.length === 1) {
    const test = tests[0]!;
    return (codes, start) => start < codes.length && test(codes[start]!);
  }
  return (codes, start) => start < codes.length && tests.some((test) => test(codes[start]!));
}

/** The item every match begins with. */
function firstItem(node: PatternNode): PatternNode | undefined {
  if (node.type === 'sequence') return node.items[0] && firstItem(node.items[0]);
  if (node.type === 'group') return firstItem(node.body);
  if (node.type === 'repeat' && node.min > 0) return firstItem(node.body);
  return node;
}

interface Opening {
  tests: CharTest[];
  mayBeEmpty: boolean;
}

/** Which characters a match of the node can begin with; undefined when that cannot be told. */
function openingOf(node: PatternNode): Opening | undefined {
  switch (node.type) {
    case 'char':
      return { tests: [node.test], mayBeEmpty: false };
    case 'assert':
    case 'look':
      return { tests: [], mayBeEmpty: true };
    case 'group':
    case 'atomic':
      return openingOf(node.body);
    case 'alternation':
      return openingOfBranches(node.branches);
    case 'sequence':
      return openingOfSequence(node.items);
    case 'repeat': {
      const body = openingOf(node.body);
      return body && { tests: body.tests, mayBeEmpty: body.mayBeEmpty || node.min === 0 };
    }
    default:
      return undefined;
  }
}

function openingOfBranches(branches: PatternNode[]): Opening | undefined {
  const openings = branches.map(openingOf);
  if (!openings.every((opening) => opening !== undefined)) return undefined;
  return {
    tests: openings.flatMap((opening) => opening.tests),
    mayBeEmpty: openings.some((opening) => opening.mayBeEmpty),
  };
}

function openingOfSequence(items: PatternNode[]): Opening | undefined {
  const tests: CharTest[] = [];
  for (const item of items) {
    const opening = openingOf(item);
    if (!opening) return undefined;
    tests.push(...opening.tests);
    if (!opening.mayBeEmpty) return { tests, mayBeEmpty: false };
  }
  return { tests, mayBeEmpty: true };
}

function hasReference(node: PatternNode): boolean {
  switch (node.type) {
    case 'back-reference':
    case 'condition':
      return true;
    case 'group':
    case 'atomic':
    case 'look':
    case 'repeat':
      return hasReference(node.body);
    case 'sequence':
      return node.items.some(hasReference);
    case 'alternation':
      return node.branches.some(hasReference);
    default:
      return false;
  }
}
