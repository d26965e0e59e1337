/** A run of chunks of one xorb. */
export interface Term {
  /** The xorb's name, 64 hex. */
  xorb: string;
  /** First chunk, and the one behind the last. */
  start: number;
  end: number;
}

/** How a file is put together. */
export interface ShardFile {
  /** The name its client gives it, 64 hex. */
  xetHash: string;
  terms: Term[];
  /** Hex; null for files of buckets, which name none. */
  sha256: string | null;
}

/** Header and records come in units of this many bytes. */
const unit = 48;
const flags = { verification: 0x80000000, metadata: 0x40000000 };

/**
 * Reads the files of an uploaded shard; what follows them (facts about xorbs) is not needed.
 * @throws RangeError when it is cut
 */
export function toShardFiles(shard: Buffer): ShardFile[] {
  const files: ShardFile[] = [];
  for (let at = unit; ; ) {
    const head = shard.subarray(at, at + unit);
    if (head.length < unit) throw new RangeError('the shard ends inside its list of files');
    if (head.subarray(0, 32).every((byte) => byte === 0xff)) return files;
    const [bits, count] = [head.readUInt32LE(32), head.readUInt32LE(36)];
    const verified = bits & flags.verification ? count : 0;
    const described = bits & flags.metadata ? 1 : 0;
    const end = at + unit * (1 + count + verified + described);
    if (end > shard.length) throw new RangeError('the shard ends inside a file');
    const terms = Array.from({ length: count }, (_, n) => toTerm(shard.subarray(at + unit * (n + 1))));
    files.push({
      xetHash: toHash(head),
      terms,
      sha256: described ? toHash(shard.subarray(end - unit)) : null,
    });
    at = end;
  }
}

function toTerm(bytes: Buffer): Term {
  return { xorb: toHash(bytes), start: bytes.readUInt32LE(40), end: bytes.readUInt32LE(44) };
}

/** Xet prints a hash as four little-endian numbers; it stores SHA-256 in the same turned order. */
function toHash(bytes: Buffer): string {
  return [0, 8, 16, 24].map((at) => bytes.readBigUInt64LE(at).toString(16).padStart(16, '0')).join('');
}
