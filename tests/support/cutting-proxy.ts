import { type AddressInfo, connect, createServer } from 'node:net';
import type { TestContext } from 'node:test';

export interface CuttingProxy {
  url: string;
  /** From now on, cuts the first answer that is longer than this many bytes, once. */
  cutAfter(bytes: number): void;
  /** How many were cut. */
  cuts(): number;
  /** How many requests asked for a range that begins behind the first byte. */
  resumed(): number;
}

/** Stands between clients and a hub, byte for byte, until it breaks a connection in the middle of an answer. */
export async function startCuttingProxy(
  t: Pick<TestContext, 'after'>,
  hubUrl: string,
): Promise<CuttingProxy> {
  const { hostname, port } = new URL(hubUrl);
  let limit = Number.POSITIVE_INFINITY;
  let cuts = 0;
  let resumed = 0;
  const server = createServer((client) => {
    const hub = connect(Number(port), hostname);
    let sent = 0;
    client.on('data', (piece) => {
      if (/^range: bytes=[1-9]/im.test(piece.toString('latin1'))) resumed += 1;
      hub.write(piece);
    });
    hub.on('data', (piece) => {
      sent += piece.length;
      if (sent <= limit) return void client.write(piece);
      limit = Number.POSITIVE_INFINITY;
      cuts += 1;
      client.end();
      hub.destroy();
    });
    for (const [one, other] of [
      [client, hub],
      [hub, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.end());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutAfter: (bytes) => {
      limit = bytes;
    },
    cuts: () => cuts,
    resumed: () => resumed,
  };
}
