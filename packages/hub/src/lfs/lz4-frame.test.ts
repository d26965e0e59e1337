import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLz4Frame } from './lz4-frame.ts';

const magic = [0x04, 0x22, 0x4d, 0x18];
const u32 = (value: number) => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
const stored = (bytes: number[]) => [...u32((bytes.length | 0x80000000) >>> 0), ...bytes];
const packed = (bytes: number[]) => [...u32(bytes.length), ...bytes];
const letters = (text: string) => [...Buffer.from(text)];

/** A frame with the given flag bits; header checksum and block size byte are not looked at. */
function frame(
  blocks: number[][],
  { flags = 0x40, extra = [] as number[], tail = [] as number[] } = {},
): Uint8Array {
  return Uint8Array.from([...magic, flags, 0x40, ...extra, 0, ...blocks.flat(), ...u32(0), ...tail]);
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test('literals, matches, runs that overlap themselves and long lengths', () => {
  const abc = packed([0x30, ...letters('abc')]);
  assert.equal(text(decodeLz4Frame(frame([abc]), 3)), 'abc');
  // 3 literals, then 6 bytes from 3 back, then 1 literal.
  const match = packed([0x32, ...letters('abc'), 3, 0, 0x10, ...letters('z')]);
  assert.equal(text(decodeLz4Frame(frame([match]), 10)), 'abcabcabcz');
  // 1 literal, then 4 + 15 + 255 + 6 bytes from 1 back.
  const run = packed([0x1f, ...letters('x'), 1, 0, 255, 6, 0x10, ...letters('!')]);
  assert.equal(text(decodeLz4Frame(frame([run]), 282)), `${'x'.repeat(281)}!`);
  const many = letters('m'.repeat(15 + 255 + 2));
  assert.equal(decodeLz4Frame(frame([packed([0xf0, 255, 2, ...many])]), 272).length, 272);
});

test('stored blocks, and matches that reach into the block before', () => {
  const second = packed([0x00, 4, 0, 0x10, ...letters('!')]);
  assert.equal(text(decodeLz4Frame(frame([stored(letters('wxyz')), second]), 9)), 'wxyzwxyz!');
});

test('optional fields of the header and checksums are stepped over', () => {
  const flags = 0x40 | 0x10 | 0x08 | 0x04 | 0x01;
  const block = [...stored(letters('hi')), 9, 9, 9, 9];
  const bytes = frame([block], { flags, extra: [2, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 7], tail: [1, 2, 3, 4] });
  assert.equal(text(decodeLz4Frame(bytes, 2)), 'hi');
});

test('what is cut, corrupt or of another size is refused, never read beyond', () => {
  const bad: [Uint8Array, number][] = [
    [new Uint8Array(), 0],
    [Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]), 1],
    [frame([stored(letters('abc'))]), 2],
    [frame([stored(letters('abc'))]), 4],
    [frame([packed([0x30, ...letters('ab')])]), 3],
    [frame([packed([0x12, ...letters('a'), 9, 0, 0x10, ...letters('b')])]), 8],
    [frame([packed([0x12, ...letters('a'), 0, 0, 0x10, ...letters('b')])]), 8],
    [frame([packed([0x1f, ...letters('a'), 1, 0, 255, 255, 9, 0x10, ...letters('b')])]), 20],
    [frame([packed([0xf0, 255])]), 300],
    [frame([stored(letters('abcdef'))]).subarray(0, 14), 6],
    [frame([stored(letters('abc'))]).subarray(0, 14), 3],
  ];
  for (const [index, [bytes, size]] of bad.entries()) {
    assert.throws(() => decodeLz4Frame(bytes, size), RangeError, String(index));
  }
});
