import { ClientError } from './client-error.ts';
import { type Call, type HubConnection, send, sendTo } from './connection.ts';

/**
 * Walks a list that the hub gives in pages: each page a JSON array, the next one named by `Link: <…>; rel="next"`.
 * Asks for the next page only when the reader has used up the last.
 */
export async function* listPages<T>(
  connection: HubConnection,
  path: string,
  call: Call = {},
): AsyncIterable<T> {
  let response = await send(connection, path, call);
  for (;;) {
    const page = (await response.json()) as T[];
    if (!Array.isArray(page)) {
      throw new ClientError('unreadable', `${path}: a list was expected`, { status: response.status });
    }
    yield* page;
    const next = nextLink(response.headers.get('link'));
    if (next === null) return;
    response = await sendTo(connection, new URL(next, connection.endpoint).href, {});
  }
}

export function nextLink(header: string | null): string | null {
  return header?.match(/<([^>]+)>\s*;[^,]*\brel="?next"?/)?.[1] ?? null;
}
