import { createHash } from 'node:crypto';
import { HubError } from '../errors.ts';
import type { BlobInfo, ByteRange, ExpectedBlob } from './blob-store.ts';

/** @throws HubError `invalid-input` for a name that is no digest: it must never become a path or a key */
export function assertDigest(sha256: string): void {
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new HubError('invalid-input', 'a digest is 64 lowercase hex digits');
}

/** Passes bytes on and measures them; `finish` answers what came, when it is what was announced. */
export function createMeter(source: AsyncIterable<Uint8Array>, expected: ExpectedBlob) {
  const hash = createHash('sha256');
  let size = 0;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      size += chunk.byteLength;
      if (expected.size !== undefined && size > expected.size)
        throw mismatch('size', `more than ${expected.size} bytes`);
      if (expected.maxBytes !== undefined && size > expected.maxBytes)
        throw new HubError('too-large', `the file has more than ${expected.maxBytes} bytes`);
      hash.update(chunk);
      yield chunk;
    }
  }
  const finish = (): BlobInfo => {
    const sha256 = hash.digest('hex');
    if (expected.size !== undefined && size !== expected.size) throw mismatch('size', `${size} bytes`);
    if (expected.sha256 !== undefined && sha256 !== expected.sha256) throw mismatch('sha256', sha256);
    return { sha256, size };
  };
  return { bytes: bytes(), finish };
}

function mismatch(what: string, got: string): HubError {
  return new HubError(
    'invalid-input',
    `the ${what} of the uploaded bytes is not the announced one: got ${got}`,
  );
}

/** @throws HubError `range-not-satisfiable` */
export function assertRange(range: ByteRange, total: number): void {
  if (range.start < total && range.start >= 0 && (range.end ?? total) >= range.start) return;
  throw new HubError('range-not-satisfiable', 'the range lies outside the file', { totalBytes: total });
}
