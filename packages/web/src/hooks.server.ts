import { type HubConnection, readSession, type SessionActor } from '@assay/client';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { optional } from '#lib/server/answers.ts';
import { createHubConnection } from '#lib/server/hub-connection.ts';
import { isForeignPost, visitorOrigin } from '#lib/server/origin.ts';

export const handle: Handle = async ({ event, resolve }) => {
  const { locals, request } = event;
  locals.origin = visitorOrigin(event);
  locals.setCookies = [];
  locals.folder = event.platform?.req?.assayFolder ?? false;
  if (isForeignPost(request, locals.origin)) {
    return new Response('This form was sent from another site and was refused.', { status: 403 });
  }
  locals.hub = createHubConnection(event);
  locals.actor = await readActor(locals.hub, event.cookies.get('assay_session'));

  const response = await resolve(event);
  for (const line of locals.setCookies) response.headers.append('set-cookie', line);
  protect(response.headers, event.route.id?.includes('/embed/') ?? false);
  if (event.route.id === APP_QUESTION) letFormLeave(response.headers);
  return response;
};

export const handleError: HandleServerError = ({ kind, error }) => {
  if (kind === 'app') return error;
  if (kind === 'framework' && error.status === 404) {
    return {
      message: 'There is no such page.',
      hint: 'Check the address, or start from the list of benchmarks.',
    };
  }
  if (kind !== 'unknown') return { message: error.message };
  console.error(error);
  return {
    message: 'Something broke on our side.',
    hint: 'Try again in a moment. If it stays broken, tell the administrator the time and the address of this page.',
  };
};

/** Where people let an app in: the answer to the form leads to the app's own site. */
const APP_QUESTION = '/oauth/authorize';

/** Browsers hold every hop after a form to `form-action`, and the app may send its people on. Where they go first, the hub decides. */
function letFormLeave(headers: Headers): void {
  const policy = headers.get('content-security-policy');
  const places = "form-action 'self' https: http://localhost:* http://127.0.0.1:*";
  if (policy) headers.set('content-security-policy', policy.replace("form-action 'self'", places));
}

async function readActor(hub: HubConnection, session: string | undefined): Promise<SessionActor | null> {
  return session ? optional(readSession(hub)) : null;
}

/** What a browser must not do with our pages. Only the embeddable board may be framed by other sites. */
function protect(headers: Headers, framable: boolean): void {
  headers.set('x-content-type-options', 'nosniff');
  headers.set('referrer-policy', 'same-origin');
  headers.set('cross-origin-opener-policy', 'same-origin');
  // What a page shows depends on who asks.
  if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-cache');
  if (!framable) {
    headers.set('x-frame-options', 'DENY');
    return;
  }
  const policy = headers.get('content-security-policy');
  if (policy)
    headers.set('content-security-policy', policy.replace("frame-ancestors 'none'", 'frame-ancestors *'));
}
