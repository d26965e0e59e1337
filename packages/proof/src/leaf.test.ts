import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex, toUtf8 } from './bytes.ts';
import { commitTo, openLeaf, parseLeaf, toLeafBytes } from './leaf.ts';

const salt = Uint8Array.from({ length: 32 }, (_, i) => i);
const content = '{"entry":{"value":0.5}}';
const leaf = { version: 1 as const, kind: 'act', seq: 3, content: commitTo(salt, content) };

test('a leaf reads back, in one spelling only', () => {
  const bytes = toLeafBytes(leaf);
  assert.deepEqual(parseLeaf(bytes), leaf);
  const text = new TextDecoder().decode(bytes);
  for (const broken of [
    `${text} `,
    text.replace('"kind"', ' "kind"'),
    text.replace('"version":1', '"version":2'),
    '[]',
    'null',
    '{"version":1,"kind":"act"}',
    text.slice(1),
  ]) {
    assert.throws(() => parseLeaf(toUtf8(broken)), { code: 'bad-leaf' }, broken);
  }
  assert.throws(() => parseLeaf(Uint8Array.of(0xff)), { code: 'bad-leaf' });
});

test('a commitment opens with its salt and content, and with nothing else', () => {
  const opening = { salt: toHex(salt), content };
  assert.deepEqual(openLeaf(leaf, opening), { entry: { value: 0.5 } });
  for (const wrong of [
    { ...opening, content: content.replace('5', '6') },
    { ...opening, salt: toHex(salt).replace('00', '01') },
    { ...opening, salt: toHex(salt).toUpperCase() },
    { ...opening, salt: '' },
  ]) {
    assert.throws(() => openLeaf(leaf, wrong), { code: 'content-mismatch' });
  }
  assert.throws(() => commitTo(salt.subarray(1), content), { code: 'bad-leaf' });
});
