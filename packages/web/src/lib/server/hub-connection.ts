import type { HubConnection } from '@assay/client';
import type { RequestEvent } from '@sveltejs/kit';
import { ASSAY_HUB_URL } from '$app/env/private';

/**
 * The visitor's connection to the hub. Mounted in the hub's process a call costs no network; on its own
 * (`vite dev`) the hub is at `ASSAY_HUB_URL`. The visitor's cookie goes along, the hub's cookies come back.
 */
export function createHubConnection(event: RequestEvent): HubConnection {
  const { locals, platform, request } = event;
  const mounted = platform?.req?.assayFetch;
  const endpoint = mounted ? locals.origin : ASSAY_HUB_URL;
  const headers: Record<string, string> = { origin: endpoint };
  const cookie = request.headers.get('cookie');
  if (cookie) headers.cookie = cookie;
  return {
    endpoint,
    headers,
    signal: request.signal,
    async fetch(input, init) {
      const answer = mounted ? await follow(mounted, new Request(input, init)) : await fetch(input, init);
      locals.setCookies.push(...answer.headers.getSetCookie());
      return answer;
    },
  };
}

/** A repo that was renamed answers with its new address. As `fetch` does it, but within this process; one step is enough. */
async function follow(ask: (request: Request) => Promise<Response>, request: Request): Promise<Response> {
  const answer = await ask(request);
  const location = answer.headers.get('location');
  const leads = answer.status === 307 && location !== null && request.method === 'GET';
  return leads && request.redirect === 'follow'
    ? ask(new Request(new URL(location, request.url), request))
    : answer;
}
