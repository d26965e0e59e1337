import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalJson } from './canonical-json.ts';
import { closestName, editDistance } from './closest-name.ts';
import { CodedError, formatIssue, quoted } from './errors.ts';

test('an issue prints as compilers print', () => {
  const issue = {
    code: 'unknown-key',
    severity: 'error',
    path: 'tasks[0].x',
    line: 3,
    column: 5,
    message: 'unknown key "x"',
    hint: 'did you mean `y`?',
  } as const;
  assert.equal(
    formatIssue('eval.yaml', issue),
    'eval.yaml:3:5 error[unknown-key] unknown key "x"\n  hint: did you mean `y`?',
  );
  assert.equal(formatIssue('a', { ...issue, hint: '' }), 'a:3:5 error[unknown-key] unknown key "x"');
});

test('a coded error keeps its cause and hint', () => {
  const cause = new Error('below');
  const error = new CodedError('gone', 'it is gone', { cause, hint: 'look elsewhere' });
  assert.deepEqual(
    [error.code, error.message, error.hint, error.cause],
    ['gone', 'it is gone', 'look elsewhere', cause],
  );
  assert.ok(error instanceof Error && !('cause' in new CodedError('a', 'b')));
});

test('what is quoted in a message is short and harmless', () => {
  assert.equal(quoted('a\n\u001b[2Jb'), '"a\\n\\u001b[2Jb"');
  assert.ok(quoted('x'.repeat(500)).length <= 82);
  assert.doesNotMatch(quoted('\u202eevil\u009b'), /[\u202e\u009b]/);
});

test('canonical JSON follows RFC 8785', () => {
  // The sorting example of RFC 8785, section 3.2.3: by UTF-16 code units.
  const members = {
    '\u20ac': 'Euro',
    '\r': 'CR',
    '\ufb33': 'Dalet',
    '1': 'One',
    '\ud83d\ude00': 'Emoji',
    '\u0080': 'Control',
    '\u00f6': 'o',
  };
  assert.deepEqual(Object.values(JSON.parse(canonicalJson([members]).replace(/"1":"One",/, ''))[0]), [
    'CR',
    'Control',
    'o',
    'Euro',
    'Emoji',
    'Dalet',
  ]);
  assert.equal(
    canonicalJson({ b: [1, 2.5, 1e21, 1e-7, -0, null], a: { d: undefined, c: '\u0007"\\é' } }),
    '{"a":{"c":"\\u0007\\"\\\\é"},"b":[1,2.5,1e+21,1e-7,0,null]}',
  );
  for (const value of [Number.NaN, Infinity, '\ud800', { '\udc00': 1 }, () => 1, undefined, 1n]) {
    assert.throws(
      () => canonicalJson([value]),
      (error) => error instanceof CodedError && error.code === 'not-canonical',
    );
  }
});

test('the nearest name is offered only when it is near', () => {
  const known = ['scorers', 'solvers', 'field_spec', 'id'];
  assert.equal(closestName('scorer', known), 'scorers');
  assert.equal(closestName('solvres', known), 'solvers');
  assert.equal(closestName('fieldSpec', known), 'field_spec');
  assert.equal(closestName('temperature', known), null);
  assert.equal(closestName('x'.repeat(1_000), known), null);
  assert.deepEqual(
    [
      editDistance('abc', 'abc'),
      editDistance('', 'abc'),
      editDistance('ab', 'ba'),
      editDistance('kitten', 'sitting'),
    ],
    [0, 3, 1, 3],
  );
});
