import type { SessionActor } from '@assay/client';
import { redirect } from '@sveltejs/kit';

/** Sends a visitor without a session to the login page, which leads back here. */
export function requireActor(actor: SessionActor | null, url: URL): { actor: SessionActor } {
  if (!actor) redirect(303, `/login?next=${encodeURIComponent(url.pathname + url.search)}`);
  return { actor };
}
