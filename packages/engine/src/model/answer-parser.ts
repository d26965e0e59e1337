/** What an endpoint answered. */
export interface HttpAnswer {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** The bytes are no HTTP/1.1 answer, or one that cannot be told from another behind it. */
export class MalformedAnswer extends Error {
  readonly code = 'MALFORMED_ANSWER';
}

/** Bytes of a head, of the trailers, or of a chunk's size line. */
const MAX_HEAD = 1 << 16;
/** Bytes of a body; beyond it an endpoint only wants to fill our memory. */
const MAX_BODY = 1 << 28;
const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const NOTHING = Buffer.alloc(0);

/** How a body ends: after so many bytes, with its last chunk, or with the connection. */
type Framing = number | 'chunked' | 'close';

/**
 * Reads the answers of one connection, one after the other, from pieces of any size. As strict as RFC 9112 lets a
 * client be about where an answer ends: two lengths, or a length beside chunks, are refused.
 */
export class AnswerParser {
  /** Whether the connection may carry another request; known once an answer is whole. */
  keepAlive = false;
  /** Milliseconds for which the endpoint says it keeps an idle connection; infinite when it does not say. */
  idleMs = Number.POSITIVE_INFINITY;
  #status = 0;
  #headers: HttpAnswer['headers'] = {};
  #framing: Framing | null = null;
  /** Bytes not yet understood: a part of a head or of a line. */
  #rest: Buffer = NOTHING;
  #body: Buffer[] = [];
  #size = 0;
  /** Of chunks: bytes still to come of the present one; −1 before a size line, −2 before the line end behind a chunk. */
  #left = -1;
  #inTrailers = false;

  /**
   * Takes what came. The memory of `bytes` may be used again afterwards.
   * @returns the answer once it is whole
   * @throws MalformedAnswer
   */
  feed(bytes: Buffer): HttpAnswer | null {
    let rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    this.#rest = NOTHING;
    while (this.#framing === null) {
      const end = rest.indexOf(HEAD_END);
      if (end > MAX_HEAD || (end < 0 && rest.length > MAX_HEAD)) throw new MalformedAnswer('too long a head');
      if (end < 0) {
        this.#rest = Buffer.from(rest);
        return null;
      }
      this.#readHead(rest.toString('latin1', 0, end));
      rest = rest.subarray(end + HEAD_END.length);
    }
    return this.#readBody(rest);
  }

  /** The connection ended: the answer, when that is how its end is told; null when it is cut off. */
  end(): HttpAnswer | null {
    return this.#framing === 'close' ? this.#finish(NOTHING) : null;
  }

  #readHead(head: string): void {
    const lines = head.split('\r\n');
    const start = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/.exec(lines[0]!);
    if (!start) throw new MalformedAnswer('no status line');
    const status = Number(start[2]);
    if (status === 101) throw new MalformedAnswer('another protocol');
    // Told on the way; the answer comes behind it.
    if (status < 200) return;
    const headers: HttpAnswer['headers'] = {};
    for (let at = 1; at < lines.length; at++) addHeader(headers, lines[at]!);
    this.#status = status;
    this.#headers = headers;
    this.#framing = status === 204 || status === 304 ? 0 : toFraming(headers);
    const connection = joined(headers.connection).toLowerCase();
    const stays = start[1] === '1' ? !/\bclose\b/.test(connection) : /\bkeep-alive\b/.test(connection);
    this.keepAlive = stays && this.#framing !== 'close';
    const kept = /\btimeout=(\d+)/i.exec(joined(headers['keep-alive']));
    this.idleMs = kept ? Number(kept[1]) * 1000 : Number.POSITIVE_INFINITY;
  }

  #readBody(bytes: Buffer): HttpAnswer | null {
    const framing = this.#framing!;
    if (framing === 'chunked') return this.#readChunks(bytes);
    if (framing === 'close') {
      this.#keep(bytes);
      return null;
    }
    const missing = framing - this.#size;
    if (bytes.length < missing) {
      this.#keep(bytes);
      return null;
    }
    // Nothing was asked for that could come behind the answer.
    if (bytes.length > missing) this.keepAlive = false;
    return this.#finish(bytes.subarray(0, missing));
  }

  #readChunks(bytes: Buffer): HttpAnswer | null {
    let at = 0;
    for (;;) {
      if (this.#left > 0) {
        const part = bytes.subarray(at, at + this.#left);
        this.#keep(part);
        at += part.length;
        this.#left -= part.length;
        if (this.#left > 0) return null;
        this.#left = -2;
      }
      const end = bytes.indexOf(LINE_END, at);
      if ((end < 0 ? bytes.length : end) - at > MAX_HEAD) throw new MalformedAnswer('too long a line');
      if (end < 0) {
        this.#rest = Buffer.from(bytes.subarray(at));
        return null;
      }
      const line = bytes.toString('latin1', at, end);
      at = end + LINE_END.length;
      if (!this.#readLine(line)) continue;
      if (at < bytes.length) this.keepAlive = false;
      return this.#finish(NOTHING);
    }
  }

  /** A line between chunks. True for the empty one behind the trailers, which ends the body. */
  #readLine(line: string): boolean {
    if (this.#inTrailers) return line === '';
    if (this.#left === -2) {
      if (line !== '') throw new MalformedAnswer('a chunk longer than its size');
      this.#left = -1;
      return false;
    }
    const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line);
    if (!size) throw new MalformedAnswer('no size of a chunk');
    const length = Number.parseInt(size[1]!, 16);
    if (length === 0) this.#inTrailers = true;
    else this.#left = length;
    return false;
  }

  #keep(bytes: Buffer): void {
    this.#size += bytes.length;
    if (this.#size > MAX_BODY) throw new MalformedAnswer('too long a body');
    if (bytes.length > 0) this.#body.push(Buffer.from(bytes));
  }

  #finish(last: Buffer): HttpAnswer {
    const bytes = this.#body.length === 0 ? last : Buffer.concat([...this.#body, last]);
    const answer = { status: this.#status, headers: this.#headers, body: bytes.toString('utf8') };
    this.#framing = null;
    this.#body = [];
    this.#size = 0;
    this.#left = -1;
    this.#inTrailers = false;
    return answer;
  }
}

function addHeader(headers: HttpAnswer['headers'], line: string): void {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
  if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) throw new MalformedAnswer('no header line');
  const value = line.slice(colon + 1).trim();
  const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
  headers[name] = before === undefined ? value : [before, value].flat();
}

function joined(value: string | string[] | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : value.join(', ');
}

function toFraming(headers: HttpAnswer['headers']): Framing {
  const { 'transfer-encoding': encoding, 'content-length': length } = headers;
  if (encoding !== undefined) {
    if (length !== undefined) throw new MalformedAnswer('a length beside chunks');
    if (joined(encoding).toLowerCase() !== 'chunked') throw new MalformedAnswer('an encoding not asked for');
    return 'chunked';
  }
  if (length === undefined) return 'close';
  const size = typeof length === 'string' && /^\d{1,15}$/.test(length) ? Number(length) : Number.NaN;
  if (!(size <= MAX_BODY)) throw new MalformedAnswer('no length, or too long a body');
  return size;
}
