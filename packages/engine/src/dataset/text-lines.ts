import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

/** Undoes `.gz` and `.zst`, by the name of the file. */
export function decompress(bytes: AsyncIterable<Uint8Array>, path: string): AsyncIterable<Uint8Array> {
  if (path.endsWith('.gz')) return Readable.from(bytes).compose(createGunzip());
  if (path.endsWith('.zst')) return Readable.from(bytes).compose(createZstdDecompress());
  return bytes;
}

/**
 * The lines of UTF-8 text, without their ends; a byte order mark is left out. As many at a time as a piece of the
 * file holds: a promise for each line costs more than the line.
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncIterable<string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    yield lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}
