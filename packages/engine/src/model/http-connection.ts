import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AnswerParser, type HttpAnswer } from './answer-parser.ts';

/** Told once: an answer, or why there is none. */
type Answered = (error: Error | null, answer: HttpAnswer | null) => void;

/** What a connection could not do; the code is the system's where there is one. */
class ConnectionFailure extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`the connection failed (${code})`);
    this.code = code;
  }
}

const CONNECT_MS = 60_000;
/** Idle connections are not used again after this; a request that meets their end would fail. */
const LONGEST_IDLE_MS = 30_000;
/** Kept from what the endpoint promises, for the way there. */
const IDLE_MARGIN_MS = 1000;
/** All connections read into the same memory, one at a time: an answer is copied out before the next piece comes. */
const readBuffer = Buffer.allocUnsafeSlow(1 << 16);
/** The newest TLS session of each origin: a later connection shakes hands with half the work. */
const sessions = new Map<string, Buffer>();

/** One connection to an origin, over which requests go one after the other. */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #parser = new AnswerParser();
  #answered: Answered | null = null;
  #usableUntil = Number.POSITIVE_INFINITY;
  #failure = 'closed';

  constructor(origin: URL) {
    this.#socket = this.#open(origin);
    const socket = this.#socket;
    const patience = setTimeout(() => this.destroy('connecting took over 60 s'), CONNECT_MS);
    patience.unref();
    socket.once(origin.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(patience));
    socket.on('error', (error: Error & { code?: string }) => {
      this.#failure = error.code ?? error.name;
    });
    socket.on('end', () => this.#end());
    socket.on('close', () => {
      clearTimeout(patience);
      this.#tell(new ConnectionFailure(this.#failure), null);
    });
  }

  #open(origin: URL): Socket {
    const secure = origin.protocol === 'https:';
    // An IPv6 address stands in brackets in a URL.
    const host = origin.hostname.replace(/^\[(.*)\]$/, '$1');
    const options = {
      host,
      port: Number(origin.port) || (secure ? 443 : 80),
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: CONNECT_MS,
      onread: { buffer: readBuffer, callback: (size: number) => this.#read(size) },
    };
    if (!secure) return connectPlain(options);
    const session = sessions.get(origin.origin);
    const socket = connectTls({
      ...options,
      ALPNProtocols: ['http/1.1'],
      ...(isIP(host) ? {} : { servername: host }),
      ...(session ? { session } : {}),
    });
    socket.on('session', (fresh) => sessions.set(origin.origin, fresh));
    return socket;
  }

  /** Whether a request may go over it now. */
  get usable(): boolean {
    return this.#answered === null && !this.#socket.destroyed && performance.now() < this.#usableUntil;
  }

  /** @param encoding of `request`; `latin1` is sent as it lies in memory */
  send(request: string, encoding: 'latin1' | 'utf8', answered: Answered): void {
    this.#answered = answered;
    this.#socket.write(request, encoding);
  }

  #read(size: number): boolean {
    // Unasked for: whatever it says, it must not be taken for the next answer.
    if (!this.#answered) {
      this.destroy();
      return true;
    }
    try {
      const answer = this.#parser.feed(readBuffer.subarray(0, size));
      if (answer) this.#finish(answer);
    } catch (error) {
      this.#tell(new ConnectionFailure((error as { code?: string }).code ?? 'unreadable'), null);
      this.destroy();
    }
    return true;
  }

  #end(): void {
    const answer = this.#answered ? this.#parser.end() : null;
    if (answer) this.#finish(answer);
    this.destroy();
  }

  #finish(answer: HttpAnswer): void {
    const { keepAlive, idleMs } = this.#parser;
    // An answer that came before the whole request was sent leaves the rest of it on the way.
    if (!keepAlive || this.#socket.writableLength > 0) this.destroy();
    this.#usableUntil = performance.now() + Math.min(idleMs - IDLE_MARGIN_MS, LONGEST_IDLE_MS);
    this.#tell(null, answer);
  }

  #tell(error: Error | null, answer: HttpAnswer | null): void {
    const answered = this.#answered;
    this.#answered = null;
    answered?.(error, answer);
  }

  /** Cuts it; a request under way fails. */
  destroy(why?: string): void {
    if (why) this.#failure = why;
    this.#socket.destroy();
  }
}
