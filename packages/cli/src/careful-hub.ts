import { ClientError, type HubConnection } from '@assay/client';

/** Answers of a hub that say something about results are far below this: bytes. */
const MAX_ANSWER = 32 * 2 ** 20;
const MAX_HOPS = 5;

/**
 * The same hub, asked without trusting it: who checks a proof may not be sent to other machines by whoever made it, nor be
 * given more than can be held. Redirects stay on its host.
 * @param most bytes of one answer; more, and reading it fails
 * @returns a connection whose calls throw ClientError `refused` or `too-large` for that
 */
export function toCarefulHub(hub: HubConnection, most = MAX_ANSWER): HubConnection {
  const plain = hub.fetch ?? fetch;
  const home = new URL(hub.endpoint);
  return {
    ...hub,
    fetch: async (address, init) => {
      let url = new URL(String(address));
      for (let hops = 0; hops <= MAX_HOPS; hops += 1) {
        const response = await plain(url.href, { ...init, redirect: 'manual' });
        const location = response.headers.get('location');
        if (response.status < 300 || response.status >= 400 || !location) return limited(response, url, most);
        await response.body?.cancel();
        const next = new URL(location, url);
        if (!isAtHome(next, home)) throw refusal(`${url.host} sends to another place: ${next.host}`);
        url = next;
      }
      throw refusal(`${url.host} redirects in a circle`);
    },
  };
}

/** On the hub's own origin, or on the same name by TLS. */
function isAtHome(url: URL, home: URL): boolean {
  const isUpgrade = url.protocol === 'https:' && url.hostname === home.hostname && url.port === home.port;
  return url.origin === home.origin || isUpgrade;
}

function refusal(message: string): ClientError {
  return new ClientError('refused', message, { status: 0 });
}

/** Counts what comes, decompressed: what a header says of its length is only the hub's word. */
function limited(response: Response, url: URL, most: number): Response {
  if (!response.body) return response;
  let read = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      read += piece.byteLength;
      if (read <= most) controller.enqueue(piece);
      else {
        const told = `${url.pathname}: the answer of ${url.host} is longer than ${most} bytes`;
        controller.error(new ClientError('too-large', told, { status: response.status }));
      }
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counting), { status, statusText, headers });
}
