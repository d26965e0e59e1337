/** Whether the beginning of a file looks like text: UTF-8 without zero bytes. A character cut at the end is forgiven. */
export function isText(sample: Uint8Array): boolean {
  if (sample.includes(0)) return false;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    decoder.decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
}
