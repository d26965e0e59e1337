import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { compressEntry, decompressEntry } from './entry-codec.ts';
import { METHOD_ZSTD } from './zip-layout.ts';

const read = (bytes: Buffer, limit: number) => decompressEntry(METHOD_ZSTD, bytes, 'member', limit);
/** Without content: 9 bytes, or 13 with a checksum. */
const empty = zstdCompressSync(Buffer.alloc(0));

test('a member of any length is one frame, also where it fills the memory it is made in to the last byte', () => {
  // Random bytes grow by some 13 to 25: around here are frames of 4, 16, 32 and 64 KB.
  for (const near of [1 << 12, 1 << 14, 1 << 15, 1 << 16])
    for (let length = near - 32; length < near + 32; length += 1) {
      const content = randomBytes(length);
      const frame = compressEntry(content);
      assert.ok(frame.length < length + 64);
      assert.notDeepEqual(frame.subarray(-empty.length), empty, `an empty frame behind ${length} bytes`);
      assert.ok(read(frame, length).equals(content));
    }
});

test('empty frames behind a member whose length is known are read; others are too large', () => {
  const content = randomBytes(20_000);
  const frame = compressEntry(content);
  assert.ok(read(Buffer.concat([frame, empty, empty]), content.length).equals(content));
  const more = Buffer.concat([frame, zstdCompressSync(Buffer.from('x'))]);
  assert.throws(() => read(more, content.length), { code: 'log-too-large' });
  assert.throws(() => read(frame, content.length - 1), { code: 'log-too-large' });
});
