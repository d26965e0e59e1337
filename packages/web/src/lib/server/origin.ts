import type { RequestEvent } from '@sveltejs/kit';

/**
 * `scheme://host` as the visitor typed it. The hub knows (it decides whether a proxy's headers are to be trusted)
 * and says so in `assayOrigin`; otherwise the connection itself tells.
 */
export function visitorOrigin(event: RequestEvent): string {
  const req = event.platform?.req;
  if (!req) return event.url.origin;
  if (req.assayOrigin) return req.assayOrigin;
  const encrypted = 'encrypted' in req.socket && req.socket.encrypted === true;
  return `${encrypted ? 'https' : 'http'}://${req.headers.host ?? 'localhost'}`;
}

/**
 * Whether a form was posted from a page of another site. Only the hosts are compared: behind a proxy that ends
 * TLS the scheme we see may differ from the visitor's. Programs send no `Origin`; without the session cookie,
 * which browsers keep to our own pages (SameSite=Lax), they can do nothing here.
 */
export function isForeignPost(request: Request, origin: string): boolean {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return false;
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return true;
  const claimed = request.headers.get('origin');
  if (claimed === null) return false;
  return !URL.canParse(claimed) || new URL(claimed).host !== new URL(origin).host;
}
