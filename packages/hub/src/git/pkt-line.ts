import { GitError } from './git-error.ts';

/** Git's framing: four hex digits of length, themselves included, then the bytes; `0000` ends a section. */
export const flushPacket = Buffer.from('0000');

/** Longest payload of one packet, in bytes (gitprotocol-common). */
const maxPayload = 65_516;

export function toPacket(payload: string | Uint8Array): Buffer {
  const bytes = Buffer.from(payload as string);
  if (bytes.length > maxPayload) throw new RangeError(`a packet holds at most ${maxPayload} bytes`);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
}

/** Bytes on one of the side band's channels: 1 data, 2 words for the person, 3 fatal. */
export function toBand(channel: 1 | 2 | 3, payload: Uint8Array): Buffer {
  const packets: Buffer[] = [];
  for (let at = 0; at < payload.length; at += maxPayload - 1) {
    packets.push(toPacket(Buffer.concat([Buffer.of(channel), payload.subarray(at, at + maxPayload - 1)])));
  }
  return Buffer.concat(packets);
}

export interface PacketReader {
  /** The next packet's payload; null at a flush, undefined at the end of the stream. @throws GitError `bad-pack` */
  next(): Promise<Buffer | null | undefined>;
  /** Everything behind the packets read so far. */
  rest(): AsyncGenerator<Uint8Array>;
}

export function createPacketReader(source: AsyncIterable<Uint8Array>): PacketReader {
  const iterator = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const fill = async (count: number): Promise<boolean> => {
    while (held.length < count) {
      const next = await iterator.next();
      if (next.done) return false;
      held = Buffer.concat([held, next.value]);
    }
    return true;
  };
  return {
    async next() {
      if (!(await fill(4))) {
        if (held.length === 0) return undefined;
        throw new GitError('bad-pack', 'the request ends inside a packet');
      }
      const digits = held.toString('latin1', 0, 4);
      const length = Number.parseInt(digits, 16);
      if (!/^[0-9a-f]{4}$/i.test(digits) || (length > 0 && length < 4)) {
        throw new GitError('bad-pack', 'the request is not in pkt-line format');
      }
      const end = length || 4;
      if (!(await fill(end))) throw new GitError('bad-pack', 'the request ends inside a packet');
      const payload = held.subarray(4, end);
      held = held.subarray(end);
      return length === 0 ? null : payload;
    },
    async *rest() {
      if (held.length > 0) yield held;
      held = Buffer.alloc(0);
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    },
  };
}
