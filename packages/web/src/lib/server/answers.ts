import { ClientError } from '@assay/client';
import { error, fail } from '@sveltejs/kit';

/** What a page cannot do without: when the hub refuses, the page ends with the hub's status and words. */
export async function required<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (!(cause instanceof ClientError)) throw cause;
    error(cause.status || 502, sentenceOf(cause), { hint: HINTS[cause.code], requestId: cause.requestId });
  }
}

/** What a page shows when there is something: null where the hub has nothing for this visitor (401, 403, 404). */
export async function optional<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof ClientError && NOTHING_TO_SHOW.has(cause.status)) return null;
    return required(Promise.reject(cause));
  }
}

/** Runs a form's command. A refusal goes back to the form as `{ message }`, with the hub's status. */
export async function attempt<T>(command: Promise<T>) {
  try {
    return { ok: true as const, value: await command };
  } catch (cause) {
    if (!(cause instanceof ClientError)) throw cause;
    const status = cause.status >= 400 && cause.status < 500 ? cause.status : 502;
    return { ok: false as const, failure: fail(status, { message: sentenceOf(cause) }) };
  }
}

/** The first `count` of a lazily walked list, and whether there are more. */
export async function take<T>(list: AsyncIterable<T>, count: number): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = [];
  for await (const item of list) {
    if (items.length === count) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}

const NOTHING_TO_SHOW = new Set([401, 403, 404]);

const HINTS: Partial<Record<ClientError['code'], string>> = {
  unauthorized: 'Log in with an account that may read it.',
  forbidden: 'Your account may not do this. Ask the owner.',
  gated: 'Ask its owner for access, or log in with an account that has it.',
  'repo-not-found': 'Check the spelling, or look for it by search. Private ones need a login.',
  'revision-not-found': 'The branch, tag or commit may have been renamed. Start from the main branch.',
  'entry-not-found': 'The file may stand at another revision. Start from the list of files.',
  'rate-limited': 'Too many requests from here: wait a minute and try again.',
};

/**
 * The hub's own words as a sentence for readers. The client puts method and path behind them, which no reader needs;
 * a bare "not found" comes from a hub that does not know the route.
 */
function sentenceOf(failure: ClientError): string {
  const body = failure.body as { error?: unknown } | undefined;
  const said =
    typeof body?.error === 'string' ? body.error : failure.message.replace(/ \([A-Z]+ \/\S*\)$/, '');
  if (said === 'not found') return 'There is no such page.';
  return said.charAt(0).toUpperCase() + said.slice(1).replace(/([\p{L}\p{N}])$/u, '$1.');
}
