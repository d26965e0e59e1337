import { CallFailure } from './model.ts';

/** A request as it is sent. `latin1` where that is the same as UTF-8, as it is written several times faster. */
export interface RequestText {
  text: string;
  encoding: 'latin1' | 'utf8';
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e]*$/;
/** What says where a request ends and what becomes of its connection is ours to say. */
const ours = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Writes posts to one host. The head before the length is written once for the same list of headers. */
export function createRequestWriter(
  host: string,
): (path: string, headers: string[], body: string) => RequestText {
  let last: { path: string; headers: string[]; head: string } | null = null;
  return (path, headers, body) => {
    if (last?.headers !== headers || last.path !== path)
      last = { path, headers, head: toHead(path, host, headers) };
    const size = Buffer.byteLength(body);
    const text = `${last.head}content-length: ${size}\r\n\r\n${body}`;
    return { text, encoding: size === body.length ? 'latin1' : 'utf8' };
  };
}

/** @throws CallFailure `refused` for what is no header, and could break out of its line */
function toHead(path: string, host: string, headers: string[]): string {
  let lines = '';
  let named = host;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!;
    const value = headers[at + 1]!;
    if (!TOKEN.test(name) || !VALUE.test(value) || ours.has(name.toLowerCase()))
      throw new CallFailure('refused', `the header ${JSON.stringify(name)} cannot be sent`);
    if (name.toLowerCase() === 'host') named = value;
    else lines += `${name}: ${value}\r\n`;
  }
  if (!/^\/[\x21-\x7e]*$/.test(path))
    throw new CallFailure('refused', 'the path of the base URL cannot be sent');
  return `POST ${path} HTTP/1.1\r\nhost: ${named}\r\nconnection: keep-alive\r\n${lines}`;
}
