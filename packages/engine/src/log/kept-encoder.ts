/** Texts up to so many characters are encoded in the kept memory; each may need three bytes. */
const KEPT_TEXT = 1 << 16;

/**
 * Encodes as UTF-8, small texts in the same memory again and again: what was returned holds until the next call. A
 * buffer for each sample would be the largest thing that a run leaves to the collector.
 */
export function createKeptEncoder(): (text: string) => Buffer {
  const kept = Buffer.allocUnsafeSlow(KEPT_TEXT * 3);
  return (text) => (text.length > KEPT_TEXT ? Buffer.from(text) : kept.subarray(0, kept.write(text)));
}
