import { createHash, randomBytes } from 'node:crypto';
import { type TestHub, type TestUser, testOrigin } from './with-hub.ts';

/** A browser's cookie of somebody who is signed in. */
export async function openBrowser(hub: TestHub, user: TestUser): Promise<string> {
  const answer = await hub.ask('POST', '/api/assay/session', { json: { token: user.token } });
  return answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

export interface Walk {
  clientId: string;
  redirectUri: string;
  verifier: string;
  query: Record<string, string>;
}

/** What a public app sends along, as the Hub's JavaScript client does; `change` spoils or adds a word. */
export function beginWalk(clientId: string, redirectUri: string, change: Record<string, string> = {}): Walk {
  const verifier = randomBytes(36).toString('base64url');
  const query = {
    client_id: clientId,
    scope: 'openid profile',
    response_type: 'code',
    redirect_uri: redirectUri,
    state: '{"nonce":"n"}',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...change,
  };
  return { clientId, redirectUri, verifier, query };
}

interface Answer {
  allow?: boolean;
  orgs?: string[];
  headers?: Record<string, string>;
}

/** The person answers the question, from the hub's own page unless `headers` say otherwise. */
export function answerQuestion(hub: TestHub, cookie: string, walk: Walk, answer: Answer = {}) {
  const { allow = true, orgs = [], headers = { origin: testOrigin } } = answer;
  const path = `/api/assay/oauth/authorization?${new URLSearchParams(walk.query)}`;
  return hub.ask('POST', path, { json: { allow, orgs }, headers: { cookie, ...headers } });
}

/** A person's yes, as the code in the address that they are sent to. */
export async function walkToCode(
  hub: TestHub,
  cookie: string,
  walk: Walk,
  answer: Answer = {},
): Promise<string> {
  const answered = await answerQuestion(hub, cookie, walk, answer);
  const { location } = (await answered.json()) as { location?: string };
  return new URL(location!).searchParams.get('code')!;
}

/** Changes a code for a token; `change` spoils a field, null takes it away. */
export function sendCode(hub: TestHub, walk: Walk, code: string, change: Record<string, string | null> = {}) {
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: walk.redirectUri,
    code_verifier: walk.verifier,
    ...change,
  };
  const kept = Object.entries(fields).filter((field): field is [string, string] => field[1] !== null);
  return hub.ask('POST', '/oauth/token', {
    body: new URLSearchParams(kept),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
}
