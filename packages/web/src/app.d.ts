import type { IncomingMessage } from 'node:http';
import type { HubConnection, SessionActor } from '@assay/client';

declare global {
  namespace App {
    interface Error {
      status: number;
      message: string;
      /** What the reader can do next, one sentence. */
      hint?: string;
      /** Names the failure in the hub's own log. */
      requestId?: string;
    }
    interface Locals {
      hub: HubConnection;
      actor: SessionActor | null;
      /** `scheme://host` as the visitor typed it. */
      origin: string;
      /** Whether a folder of logs is all there is: no hub, nobody to log in. */
      folder: boolean;
      /** `Set-Cookie` lines of the hub's answers, to be handed on to the visitor as they are. */
      setCookies: string[];
    }
    interface PageData {
      actor: SessionActor | null;
    }
    interface Platform {
      /** The hub that mounts these pages sets both members before it hands the request over. */
      req: IncomingMessage & {
        assayFetch?: (request: Request) => Promise<Response>;
        assayOrigin?: string;
        /** Set where the pages show a folder of logs and nothing else. */
        assayFolder?: boolean;
      };
    }
  }
}
