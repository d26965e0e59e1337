import type { HubConnection } from '@assay/client';

/** GET of a route that the client has no function for. The answer as it is, whatever its status. */
export function askHub(hub: HubConnection, path: string): Promise<Response> {
  return (hub.fetch ?? fetch)(hub.endpoint + path, { headers: hub.headers, signal: hub.signal });
}
