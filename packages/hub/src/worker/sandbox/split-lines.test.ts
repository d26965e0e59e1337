import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { splitLines } from './split-lines.ts';

async function linesOf(chunks: (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  await splitLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), (line) => lines.push(line));
  return lines;
}

test('lines come whole, wherever the pieces are cut, even inside a letter', async () => {
  const text = Buffer.from('one\r\ntwö\n\nlast');
  for (let at = 1; at < text.length; at += 1)
    assert.deepEqual(await linesOf([text.subarray(0, at), text.subarray(at)]), ['one', 'twö', '', 'last']);
});

test('a line without end is passed on in pieces', async () => {
  const lines = await linesOf(Array.from({ length: 10 }, () => 'x'.repeat(10_000)));
  assert.ok(lines.every((line) => line.length <= 8_000));
  assert.equal(lines.join('').length, 100_000);
});
