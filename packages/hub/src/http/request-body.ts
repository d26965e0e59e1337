import { HubError } from '../errors.ts';

const mib = 1024 * 1024;

/** Reads a body whole, up to a limit in MiB. @throws HubError `too-large` */
export async function readBody(request: Request, maxMib: number): Promise<Buffer> {
  const tooLarge = () => new HubError('too-large', `the body is larger than ${maxMib} MiB`);
  if (Number(request.headers.get('content-length') ?? 0) > maxMib * mib) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxMib * mib) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** Reads a JSON object; an empty body is an empty object. @throws HubError `invalid-input`, `too-large` */
export async function readJsonObject(request: Request, maxMib: number): Promise<Record<string, unknown>> {
  const text = (await readBody(request, maxMib)).toString('utf8');
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HubError('invalid-input', 'the body is not JSON', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HubError('invalid-input', 'the body must be a JSON object');
  }
  return value as Record<string, unknown>;
}

type Body = Record<string, unknown>;

/** A text, or undefined when it is absent or null. @throws HubError `invalid-input` */
export function optionalText(body: Body, key: string, maxLength = 10_000): string | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value.length <= maxLength) return value;
  throw new HubError('invalid-input', `"${key}" must be a text of at most ${maxLength} characters`);
}

/** A text that is not empty. @throws HubError `invalid-input` */
export function requiredText(body: Body, key: string, maxLength?: number): string {
  const value = optionalText(body, key, maxLength);
  if (value) return value;
  throw new HubError('invalid-input', `"${key}" is missing`);
}

/** A boolean, or undefined when it is absent or null. @throws HubError `invalid-input` */
export function optionalFlag(body: Body, key: string): boolean | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw new HubError('invalid-input', `"${key}" must be true or false`);
}

/** One word of a list, or undefined when it is absent or null. @throws HubError `invalid-input` */
export function optionalWord<const T extends string>(
  body: Body,
  key: string,
  words: readonly T[],
): T | undefined {
  const value = optionalText(body, key);
  if (value === undefined) return undefined;
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new HubError('invalid-input', `"${key}" must be one of ${words.join(', ')}`);
}
