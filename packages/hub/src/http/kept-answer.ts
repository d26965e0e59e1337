import { randomBytes } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { toRequestId } from './request-id.ts';

/** An answer as it went out, to be sent again. */
export interface KeptAnswer {
  headers: [name: string, value: string | string[]][];
  /** The body, cut wherever the page's nonce stood; one piece when it has none. */
  pieces: Buffer[];
  nonce: string | null;
  /** Bytes. */
  size: number;
}

/** Told anew each time. */
const ownHeaders = new Set([
  'date',
  'connection',
  'keep-alive',
  'x-request-id',
  'transfer-encoding',
  'content-length',
]);

/**
 * Listens to an answer while it goes out. Resolves when it has, with null when it is none to keep: another status than
 * 200, a cookie in it, too long, or broken off.
 */
export function recordAnswer(response: ServerResponse, maxBytes: number): Promise<KeptAnswer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  let given: OutgoingHttpHeaders = {};
  const keep = (chunk: unknown, encoding: unknown) => {
    if (chunk === undefined || chunk === null || typeof chunk === 'function' || size > maxBytes) return;
    const bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
        : Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    chunks.push(bytes);
  };
  const { write, end, writeHead } = response;
  response.writeHead = function (this: ServerResponse, ...args: unknown[]) {
    const last = args.at(-1);
    if (last && typeof last === 'object') given = toObject(last);
    return writeHead.apply(this, args as Parameters<typeof writeHead>);
  } as typeof writeHead;
  response.write = function (this: ServerResponse, ...args: unknown[]) {
    keep(args[0], args[1]);
    return write.apply(this, args as Parameters<typeof write>);
  } as typeof write;
  return new Promise((resolve) => {
    response.once('close', () => resolve(null));
    response.end = function (this: ServerResponse, ...args: unknown[]) {
      keep(args[0], args[1]);
      const done = end.apply(this, args as Parameters<typeof end>);
      const headers = { ...response.getHeaders(), ...given };
      resolve(response.statusCode === 200 && size <= maxBytes ? toKept(headers, chunks) : null);
      return done;
    } as typeof end;
  });
}

function toObject(headers: object): OutgoingHttpHeaders {
  if (!Array.isArray(headers)) return lowerCased(headers as OutgoingHttpHeaders);
  const pairs = headers.length > 0 && Array.isArray(headers[0]) ? headers : toPairs(headers);
  return lowerCased(Object.fromEntries(pairs as [string, string][]));
}

function toPairs(flat: string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at]!, flat[2 * at + 1]!]);
}

function lowerCased(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function toKept(headers: OutgoingHttpHeaders, chunks: Buffer[]): KeptAnswer | null {
  if (headers['set-cookie'] !== undefined) return null;
  const kept = Object.entries(headers).flatMap(([name, value]): KeptAnswer['headers'] =>
    value === undefined || ownHeaders.has(name) ? [] : [[name, Array.isArray(value) ? value : String(value)]],
  );
  const nonce = /'nonce-([\w+/=-]+)'/.exec(String(headers['content-security-policy'] ?? ''))?.[1] ?? null;
  const body = Buffer.concat(chunks);
  return { headers: kept, pieces: nonce ? cutAt(body, nonce) : [body], nonce, size: body.length };
}

function cutAt(body: Buffer, word: string): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = body.indexOf(word); at >= 0; at = body.indexOf(word, from)) {
    pieces.push(body.subarray(from, at));
    from = at + word.length;
  }
  pieces.push(body.subarray(from));
  return pieces;
}

/** Sends it again, with a nonce of its own: a script's permit is never given to two readers. */
export function replay(answer: KeptAnswer, request: IncomingMessage, response: ServerResponse): void {
  if (response.destroyed) return;
  const nonce = answer.nonce && randomBytes(16).toString('base64');
  for (const [name, value] of answer.headers)
    response.setHeader(
      name,
      nonce && name === 'content-security-policy' ? swap(value, answer.nonce!, nonce) : value,
    );
  response.setHeader(
    'x-request-id',
    toRequestId(request.headers['x-request-id'] ?? request.headers['x-amzn-trace-id']),
  );
  const body = nonce ? join(answer.pieces, Buffer.from(nonce)) : answer.pieces[0]!;
  response.setHeader('content-length', body.length);
  response.writeHead(200);
  response.end(body);
}

function swap(value: string | string[], from: string, to: string): string {
  return String(value).replaceAll(from, to);
}

function join(pieces: Buffer[], word: Buffer): Buffer {
  return Buffer.concat(pieces.flatMap((piece, at) => (at === 0 ? [piece] : [word, piece])));
}
