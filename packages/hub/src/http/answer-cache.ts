import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Sql } from '../db/sql.ts';
import { createFreshVersion } from './fresh-version.ts';
import { isSharedPath } from './hub-paths.ts';
import { type KeptAnswer, recordAnswer, replay } from './kept-answer.ts';

/** Answers from memory when that is what would be answered now; otherwise lets `next` answer, and keeps it. Never rejects. */
export type AnswerCache = (
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
) => Promise<void>;

/** Bytes of all kept answers, and of one. */
const limits = { all: 64 * 2 ** 20, one: 4 * 2 ** 20 };
/** Pages may show how long ago something was, which no change in the database tells. */
const maxAgeMs = 10_000;

interface Entry {
  /** State of the database that the answer was made from. */
  version: string;
  madeAt: number;
  answer: KeptAnswer;
}

/**
 * Keeps what anonymous readers were answered, by address. An entry is served only while the database is in the very state
 * it was made from, which is asked anew after each request came in: it cannot be stale, whichever process wrote. Requests
 * of those who are logged in never come here.
 */
export function createAnswerCache(sql: Sql): AnswerCache {
  const freshVersion = createFreshVersion(sql);
  const entries = createBoundedMap(limits.all);
  const making = new Map<string, Promise<KeptAnswer | null>>();

  /** Lets the answer be made, and keeps it when it is one to keep. */
  const make = async (key: string, version: string, answered: () => void, response: ServerResponse) => {
    const name = `${version} ${key}`;
    const recorded = recordAnswer(response, limits.one);
    if (!making.has(name)) making.set(name, recorded);
    answered();
    const answer = await recorded;
    if (making.get(name) === recorded) making.delete(name);
    // A commit in between may show in one half of the answer and not in the other: then it is not kept.
    const still = answer && (await freshVersion().catch(() => null));
    if (answer && still === version) entries.set(key, { version, madeAt: Date.now(), answer });
  };
  const find = (key: string, version: string): KeptAnswer | null => {
    const entry = entries.get(key);
    return entry?.version === version && Date.now() - entry.madeAt < maxAgeMs ? entry.answer : null;
  };
  return async (request, response, next) => {
    // Without the database nothing can be said to be fresh: the handler tells what is wrong.
    const version = isShared(request) ? await freshVersion().catch(() => null) : null;
    if (version === null) return next();
    const key = keyOf(request);
    // Whoever began to make it in this same state of the database reads nothing older. Looked up without a pause before
    // `make`: of many who ask at once one makes it.
    const underWay = find(key, version) ?? making.get(`${version} ${key}`);
    const kept = underWay && (await underWay);
    if (kept) replay(kept, request, response);
    else await make(key, version, next, response);
  };
}

/** All of a request that an answer may depend on. */
function keyOf({ headers, url }: IncomingMessage): string {
  const names = ['host', 'x-forwarded-host', 'x-forwarded-proto', 'accept'];
  return JSON.stringify([url, ...names.map((name) => headers[name])]);
}

/** Whether anyone who asks for this address is answered the same: nobody says who they are, nor what they have already. */
function isShared({ method, headers, url = '' }: IncomingMessage): boolean {
  const own = ['authorization', 'cookie', 'range', 'if-none-match', 'if-modified-since', 'upgrade'];
  return method === 'GET' && isSharedPath(url) && own.every((name) => headers[name] === undefined);
}

/** Forgets what was not asked for longest when there are more bytes than allowed. */
function createBoundedMap(maxBytes: number) {
  const entries = new Map<string, Entry>();
  let bytes = 0;
  const drop = (key: string) => {
    bytes -= entries.get(key)?.answer.size ?? 0;
    entries.delete(key);
  };
  return {
    get(key: string): Entry | undefined {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry;
    },
    set(key: string, entry: Entry) {
      drop(key);
      entries.set(key, entry);
      bytes += entry.answer.size;
      for (const oldest of entries.keys()) {
        if (bytes <= maxBytes) break;
        drop(oldest);
      }
    },
  };
}
