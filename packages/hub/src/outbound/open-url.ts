import { lookup } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { HubError } from '../errors.ts';
import { isPublicAddress } from './public-address.ts';

export interface OpenedUrl {
  status: number;
  headers: IncomingMessage['headers'];
  /** Must be read to its end or destroyed. */
  body: IncomingMessage;
}

export interface UrlWish {
  /** Whether addresses of private networks may be asked: only where an administrator named the host. */
  allowPrivate: boolean;
  headers?: Record<string, string>;
  signal: AbortSignal;
}

/** Milliseconds without a byte after which a connection counts as dead. */
const idleMs = 60_000;

/**
 * Opens an address with GET; follows nothing. The address a name resolves to is checked as the connection is made, so
 * that no second answer of a name server leads inside.
 * @throws HubError `forbidden` for private networks and other schemes, `unreachable-origin` when there is no answer
 */
export function openUrl(address: string, wish: UrlWish): Promise<OpenedUrl> {
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol)) return Promise.reject(refusal(url.protocol));
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (!wish.allowPrivate && isIP(literal) !== 0 && !isPublicAddress(literal))
    return Promise.reject(refusal(literal));
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        headers: { 'user-agent': 'assay', 'accept-encoding': 'identity', ...wish.headers },
        signal: wish.signal,
        ...(wish.allowPrivate ? {} : { lookup: lookupPublic }),
        agent: false,
      },
      (body) => {
        body.setTimeout(idleMs, () => body.destroy(new Error(`no byte for ${idleMs / 1000} s`)));
        resolve({ status: body.statusCode ?? 0, headers: body.headers, body });
      },
    );
    request.setTimeout(idleMs, () => request.destroy(new Error(`no answer for ${idleMs / 1000} s`)));
    request.on('error', (cause) => reject(toFault(url, cause, wish.signal)));
    request.end();
  });
}

function toFault(url: URL, cause: Error, signal: AbortSignal): Error {
  if (signal.aborted || cause instanceof HubError) return cause;
  return new HubError('unreachable-origin', `no answer from ${url.host}: ${cause.message}`, { cause });
}

const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const hidden = addresses.find(({ address }) => !isPublicAddress(address));
    if (hidden) return callback(refusal(hostname), '', 0);
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    return callback(null, first?.address ?? '', first?.family ?? 0);
  });
};

function refusal(host: string): HubError {
  return new HubError('forbidden', `${host} is no address on the open internet`);
}
