import { lookup } from 'node:dns/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

export interface GuardedPost {
  url: string;
  body: string;
  headers: Record<string, string>;
  /** Sent to the first address only, not to another origin that it redirects to. */
  secretHeaders: Record<string, string>;
}

export interface PostLimits {
  /** Hosts (`name` or `name:port`) that may be private. */
  allowedHosts: readonly string[];
  timeoutMs: number;
}

/** What came of it: the receiver's status, or why there was none, in words without an address. */
export type PostOutcome = { status: number } | { refused: string };

const mostRedirects = 3;
const mostBytes = 64 * 1024;

/**
 * Sends a message to an address that a user chose. Every host is resolved, must be public (or allowed by the operator),
 * and is then asked under that very IP address, so that a second look-up cannot lead elsewhere; so again after each
 * redirect. Only 307 and 308 are followed: others would turn the message into a question.
 */
export async function guardedPost(post: GuardedPost, limits: PostLimits): Promise<PostOutcome> {
  const first = URL.parse(post.url);
  let url = first;
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    if (!url || !/^https?:$/.test(url.protocol) || url.username)
      return { refused: 'no http or https address' };
    const pinned = await pinAddress(url, limits.allowedHosts);
    if ('refused' in pinned) return pinned;
    const secrets = url.origin === first?.origin ? post.secretHeaders : {};
    const headers = { ...post.headers, ...secrets };
    const answer = await sendPinned(url, { body: post.body, headers }, pinned, limits.timeoutMs);
    if ('refused' in answer) return answer;
    if (answer.status !== 307 && answer.status !== 308) return { status: answer.status };
    url = URL.parse(answer.location ?? '', url.href);
  }
  return { refused: `more than ${mostRedirects} redirects` };
}

interface Pinned {
  address: string;
  family: number;
}

async function pinAddress(url: URL, allowed: readonly string[]): Promise<Pinned | { refused: string }> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const exempt = allowed.includes(host) || allowed.includes(`${host}:${port}`);
  const found: Pinned[] = isIP(host)
    ? [{ address: host, family: isIP(host) }]
    : await lookup(host, { all: true }).catch(() => []);
  const [first] = found;
  if (!first) return { refused: 'the host has no address' };
  // All of them: a name with one public and one private address is a trap.
  if (!exempt && !found.every(({ address }) => isPublicAddress(address)))
    return { refused: 'the host is not on the public internet' };
  return first;
}

function sendPinned(
  url: URL,
  message: { body: string; headers: Record<string, string> },
  pinned: Pinned,
  timeoutMs: number,
): Promise<{ status: number; location?: string } | { refused: string }> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve({ refused: reasonOf(error) });
    const { request } = url.protocol === 'https:' ? https : http;
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request(url, {
      method: 'POST',
      agent: false,
      signal,
      headers: { ...message.headers, 'content-length': Buffer.byteLength(message.body) },
      lookup: (_host, options, callback) => {
        if (options.all) callback(null, [pinned]);
        else callback(null, pinned.address, pinned.family);
      },
    });
    sent.on('error', failed);
    sent.on('response', (answer) => {
      let size = 0;
      const done = () => resolve({ status: answer.statusCode ?? 0, location: answer.headers.location });
      answer.on('data', (chunk: Buffer) => {
        size += chunk.byteLength;
        // The status is what counts; nobody reads more of a stranger's words than fits.
        if (size > mostBytes) {
          done();
          sent.destroy();
        }
      });
      answer.on('end', done);
      answer.on('error', failed);
    });
    sent.end(message.body);
  });
}

/** The code alone: a message would name addresses inside the network. */
function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time';
  return error.code ? `no connection (${error.code})` : 'no connection';
}
