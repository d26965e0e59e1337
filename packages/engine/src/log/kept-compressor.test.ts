import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { createKeptCompressor } from './kept-compressor.ts';

test('a kept compressor makes whole frames, and none is written over by the next', () => {
  const compress = createKeptCompressor({}, 1 << 14);
  assert.ok(compress, 'this Node works in steps');
  // Random bytes do not shrink: their frames need more than one piece of the compressor's memory.
  const contents = Array.from({ length: 50 }, (_none, at) =>
    at % 2 === 0 ? Buffer.from(`sample ${at} `.repeat(at * 20)) : randomBytes(at * 1000),
  );
  const frames = contents.map((bytes) => compress(bytes));
  for (const [at, frame] of frames.entries()) assert.deepEqual(zstdDecompressSync(frame), contents[at]);
});
