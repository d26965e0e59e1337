/** The small text git keeps in place of a large file (git-lfs specification, version 1). */
export interface LfsPointer {
  /** SHA-256 of the content, hex. */
  oid: string;
  /** Bytes of the content. */
  size: number;
}

/** Pointers are smaller than this many bytes (git-lfs specification). */
export const maxPointerSize = 1024;

export function formatPointer(pointer: LfsPointer): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${pointer.oid}\nsize ${pointer.size}\n`;
}

/** Null when the bytes are not a pointer, so an ordinary file. */
export function toPointer(bytes: Uint8Array): LfsPointer | null {
  if (bytes.length >= maxPointerSize) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  if (!/^version https:\/\/(git-lfs\.github\.com|hawser\.github\.com)\/spec\/v1\r?\n/.test(text)) return null;
  const oid = /^oid sha256:([0-9a-f]{64})\r?$/m.exec(text)?.[1];
  const size = /^size (\d{1,15})\r?$/m.exec(text)?.[1];
  return oid && size ? { oid, size: Number(size) } : null;
}
