import type { WireCommitLine } from '@assay/spec';
import { HubError } from '../errors.ts';

/**
 * Reads the lines of a commit as they arrive, holding one at a time.
 * @param limits bytes of one line, and of all
 * @throws HubError `invalid-input` for a line that is not JSON (a body cut short ends in one), `too-large`
 */
export async function* readCommitLines(
  body: AsyncIterable<Uint8Array>,
  limits: { line: number; total: number },
): AsyncGenerator<WireCommitLine> {
  let parts: Uint8Array[] = [];
  let [held, total, number] = [0, 0, 0];
  const take = () => {
    const text = Buffer.concat(parts).toString('utf8');
    [parts, held] = [[], 0];
    number += 1;
    return text.trim() === '' ? null : parseLine(text, number);
  };
  for await (const chunk of unbroken(body)) {
    total += chunk.length;
    if (total > limits.total)
      throw new HubError('too-large', `the commit is larger than ${limits.total} bytes`);
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end));
      from = end + 1;
      const line = take();
      if (line) yield line;
    }
    parts.push(chunk.subarray(from));
    held += chunk.length - from;
    if (held > limits.line) throw lineTooLong(number + 1, limits.line);
  }
  const last = take();
  if (last) yield last;
}

async function* unbroken(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new HubError('invalid-input', 'the body broke off', { cause });
  }
}

function lineTooLong(number: number, limit: number): HubError {
  return new HubError(
    'too-large',
    `line ${number} is longer than ${limit} bytes; send large files through LFS`,
  );
}

function parseLine(text: string, number: number): WireCommitLine {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (cause) {
    throw new HubError('invalid-input', `line ${number} is not JSON; was the body cut off?`, { cause });
  }
  const { key, value } = (line ?? {}) as Record<string, unknown>;
  if (typeof key === 'string' && typeof value === 'object' && value !== null) return line as WireCommitLine;
  throw new HubError('invalid-input', `line ${number} must be {"key": …, "value": {…}}`);
}
