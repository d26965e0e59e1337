import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerCandidates } from './answer-candidates.ts';
import { judgeMath, parseTargets } from './score-math.ts';

function status(completion: string, target: string | string[]): string {
  const targets = parseTargets([target].flat());
  return targets ? judgeMath(completion, targets).status : 'no target';
}

function assertStatus(expected: string, pairs: [completion: string, target: string][]): void {
  for (const [completion, target] of pairs) {
    assert.equal(status(completion, target), expected, `${completion} against ${target}`);
  }
}

test('answers are looked for in boxes first, then behind markers, in formulas, on the last line', () => {
  assert.deepEqual(answerCandidates('so \\boxed{3}, no: \\boxed{4}').slice(0, 1), ['4']);
  assert.deepEqual(answerCandidates('The answer is $x+1$.\nDone').slice(0, 2), [
    '$x+1$',
    'The answer is $x+1$.\nDone',
  ]);
  assert.deepEqual(answerCandidates('a\n\n b 7% ').at(-1), '7%');
  assert.deepEqual(answerCandidates('√2 × 3')[0], '\\sqrt2 \\cdot 3');
});

test('numbers are equal whatever their notation', () => {
  assertStatus('correct', [
    ['\\frac{3}{4}', '0.75'],
    ['75\\%', '3/4'],
    ['1,250', '1250'],
    ['1.25 \\times 10^3', '1250'],
    ['2\\frac12', '2.5'],
    ['\\sqrt{50}', '5\\sqrt{2}'],
    ['\\sqrt[3]{-8}\\cdot 0+3', '3'],
    ['\\sqrt{3+2\\sqrt2}', '1+\\sqrt{2}'],
    ['\\cos(\\pi/3)', '1/2'],
    ['5 \\text{ km}', '5'],
    ['60^\\circ', '60'],
    ['5!', '120'],
    ['|-3|', '3'],
  ]);
});

test('near is equal only where a decimal or a transcendental number takes part', () => {
  assertStatus('correct', [
    ['0.33333333333', '1/3'],
    ['3.14159265359', '\\pi'],
  ]);
  assertStatus('incorrect', [
    ['0.333', '1/3'],
    ['99999999999', '100000000000'],
    ['\\frac{99999999999}{100000000000}', '1'],
  ]);
});

test('expressions with names are equal when they are so everywhere', () => {
  assertStatus('correct', [
    ['(a+b)^2', 'a^2+2ab+b^2'],
    ['\\frac{x^2-4}{x-2}', 'x+2'],
    ['2\\sin u\\cos u', '\\sin 2u'],
    ['Y', 'y'],
    ['\\sqrt{x^2}', '|x|'],
  ]);
  assertStatus('incorrect', [
    ['\\sqrt{x^2}', 'x'],
    ['x', 'y'],
    ['\\ln(ab)', '\\ln a+\\ln b'],
  ]);
});

test('an equation stands for its value; two equations are compared side by side', () => {
  assertStatus('correct', [
    ['n = 7', '7'],
    ['7', 'n=7'],
    ['2=x', 'x=2'],
    ['3 < x', 'x > 3'],
  ]);
  assertStatus('incorrect', [
    ['2x=4', 'x=2'],
    ['x \\ge 3', 'x > 3'],
  ]);
});

test('sets, intervals, tuples and matrices', () => {
  assertStatus('correct', [
    ['\\{3,1,2\\}', '\\{1,2,3\\}'],
    ['(2,\\infty)\\cup(-\\infty,0)', '(-\\infty,0)\\cup(2,\\infty)'],
    ['(1, 2)', '(1,2)'],
    ['\\begin{bmatrix}1&\\frac42\\end{bmatrix}', '\\begin{pmatrix}1&2\\end{pmatrix}'],
    ['x=1 \\text{ or } x=2', 'x=2, x=1'],
    ['\\pm 3', '\\{-3,3\\}'],
  ]);
  assertStatus('incorrect', [
    ['(2,1)', '(1,2)'],
    ['[0,1)', '(0,1)'],
    ['1,2', '\\{1,2\\}'],
  ]);
});

test('words are compared as words', () => {
  assertStatus('correct', [
    ['\\text{East}', 'east'],
    ['No real solution.', 'no real solution'],
    ['(B)', 'B'],
  ]);
  assert.equal(status('I cannot tell', '5'), 'incorrect');
  assert.equal(status('It is 41\nso 42', '42'), 'correct', 'a number on the last line may still be meant');
});

test('beyond the limits, and for code, there is no answer', () => {
  assert.equal(status('2^{3^{4}}', '1'), 'answer_limit');
  assert.equal(status(`\\boxed{${'('.repeat(70)}1${')'.repeat(70)}}`, '1'), 'answer_limit');
  assert.equal(status('\\det A', '1'), 'answer_limit');
  assert.equal(status('os.system("x")', '1'), 'answer_parse_error');
  assert.equal(status('', '1'), 'answer_parse_error');
  assert.equal(status('1', ''), 'no target');
});

test('what cannot be decided is not called wrong', () => {
  assertStatus('undecidable', [
    ['\\int_0^1 x\\,dx', '1/2'],
    ['\\sum_{i=1}^{3} i', '6'],
    ['2^{20000}', '4^{10000}'],
    ['5 \\pmod{7}', '5'],
  ]);
  assertStatus('correct', [['\\int_0^1 x\\,dx', '\\int_0^1 x\\,dx']]);
});

test('several targets: any may match, and those that cannot be read are passed over', () => {
  assert.equal(status('4', ['\\frac{1}{', '4']), 'correct');
  assert.equal(status('4', ['3', '5']), 'incorrect');
  assert.equal(status('4', ['3', '\\int x']), 'undecidable');
});

test('a percentage of a relation is not decided, for it may be meant of its number', () => {
  assertStatus('undecidable', [
    ['x \\le 3\\%', 'x \\le \\frac{3}{100}'],
    ['x \\le \\frac{3}{100}', 'x \\le 3\\%'],
    ['n > 5', 'n = 2\\%'],
  ]);
});

test('two ends the wrong way round are a tuple, or nothing', () => {
  assertStatus('correct', [
    ['[9, \\frac{8}{1}]', '\\left(9, \\frac{8}{1}\\right)'],
    ['\\left(3, 2\\right]', '\\emptyset'],
    ['[\\frac{7}{1}, 7]', '\\{7\\}'],
  ]);
  assertStatus('incorrect', [
    ['\\left(3, 2\\right)', '\\left[9, \\frac{8}{1}\\right]'],
    ['\\left(3, 2\\right)', '\\left(2, 3\\right)'],
    ['n \\in \\left[3, 2\\right]', 'n \\in \\left[9, 8\\right]'],
  ]);
});

test('roots without a backslash, and large binomials, are read in formulas', () => {
  assertStatus('correct', [
    ['sqrt(72) cm', '\\sqrt{72}'],
    ['\\dbinom{6}{2}', '15'],
  ]);
});

test('a percentage with a decimal point is its value, whatever the last bit of a float would say', () => {
  assertStatus('correct', [
    ['12.3%', '0.123'],
    ['12.5%', '0.125'],
    ['28708.0', '2870800%'],
  ]);
});
