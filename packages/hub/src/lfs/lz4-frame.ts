/**
 * Decodes one LZ4 frame (github.com/lz4/lz4, doc/lz4_Frame_format.md and lz4_Block_format.md). Checksums are skipped:
 * who calls this compares a SHA-256 of the whole file anyway. Decoding only, and one-shot: no library with releases in
 * the last years does that without native code.
 * @param size bytes the frame must hold when decoded
 * @throws RangeError for a frame that is cut, corrupt or of another size
 */
export function decodeLz4Frame(frame: Uint8Array, size: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 7 || view.getUint32(0, true) !== 0x184d2204) throw new RangeError('not an LZ4 frame');
  const flags = frame[4]!;
  const [blockChecksums, contentSize, dictionary] = [flags & 0x10, flags & 0x08, flags & 0x01];
  let at = 6 + (contentSize ? 8 : 0) + (dictionary ? 4 : 0) + 1;
  const output = new Uint8Array(size);
  let written = 0;
  for (;;) {
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) break;
    const length = word & 0x7fffffff;
    const block = frame.subarray(at, at + length);
    if (block.length < length) throw new RangeError('the LZ4 frame is cut');
    if (word >>> 31) {
      output.set(block, written);
      written += length;
    } else written = decodeBlock(block, output, written);
    at += length + (blockChecksums ? 4 : 0);
  }
  if (written !== size) throw new RangeError(`the LZ4 frame holds ${written} bytes, not ${size}`);
  return output;
}

/** Appends a block to the output; matches may reach back into earlier blocks. Answers the new length. */
function decodeBlock(block: Uint8Array, output: Uint8Array, start: number): number {
  let [at, to] = [0, start];
  const extended = (nibble: number): number => {
    let length = nibble;
    if (nibble < 15) return length;
    for (;;) {
      const byte = block[at++];
      if (byte === undefined) throw new RangeError('the LZ4 block is cut');
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = extended(token >> 4);
    if (at + literals > block.length) throw new RangeError('the LZ4 block is cut');
    output.set(block.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at >= block.length) break; // the last sequence has no match
    const offset = block[at]! | (block[at + 1]! << 8);
    at += 2;
    const length = extended(token & 15) + 4;
    if (offset === 0 || offset > to || to + length > output.length)
      throw new RangeError('an LZ4 match leads outside');
    // A match may overlap itself: that is how runs are written.
    if (offset >= length) output.copyWithin(to, to - offset, to - offset + length);
    else for (let n = 0; n < length; n++) output[to + n] = output[to - offset + n]!;
    to += length;
  }
  return to;
}
