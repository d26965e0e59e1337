import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toClosingComment } from './closing.ts';

test('a reason stands in the comment, with its words', () => {
  assert.equal(toClosingComment('superseded', ''), 'Superseded by another result.');
  assert.equal(toClosingComment('disputed', ' see #4 '), 'Disputed: see #4');
});

test('another reason needs words, and an unknown one is none', () => {
  assert.equal(toClosingComment('other', '  '), null);
  assert.equal(toClosingComment('other', 'my reasons'), 'my reasons');
  assert.equal(toClosingComment('', 'words'), null);
});
