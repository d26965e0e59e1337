import type { Hono } from 'hono';
import type { Actor } from '../auth/actor.ts';
import type { Peer } from '../auth/authenticate.ts';

/** What every route finds: who asks in `c.var.actor`, where from in `c.env`. */
export interface HubEnv {
  Bindings: Peer;
  Variables: { actor: Actor | null; requestId: string };
}

/** The app that each module of `api/` adds its routes to. */
export type HubApp = Hono<HubEnv>;
