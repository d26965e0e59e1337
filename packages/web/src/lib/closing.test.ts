import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOSING_REASONS } from '@assay/spec';
import { CLOSING_LABELS, parseClosing } from './closing.ts';

test('a closing takes one of the stated reasons, with words where there are some', () => {
  assert.deepEqual(parseClosing('superseded', ''), { ok: true, reason: 'superseded', words: '' });
  assert.deepEqual(parseClosing('disputed', ' see #4 '), { ok: true, reason: 'disputed', words: 'see #4' });
});

test('another reason needs words, and no reason is none', () => {
  assert.equal(parseClosing('other', '  ').ok, false);
  assert.equal(parseClosing('other', 'my reasons').ok, true);
  assert.equal(parseClosing('', 'words').ok, false);
  assert.equal(parseClosing('toString', 'words').ok, false);
});

test('the form offers every reason of the record', () => {
  assert.deepEqual(Object.keys(CLOSING_LABELS), [...CLOSING_REASONS]);
});
