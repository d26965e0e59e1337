import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../../logger.ts';
import type { Cluster } from './cluster.ts';

/** The right to stop an embedded server, held as an advisory lock on a connection of its own. */
export interface Ownership {
  /** Stops the server and gives the right back, in this order: nobody else may begin to use it in between. */
  stopServer(): Promise<void>;
}

export interface OwnershipRequest {
  /** Finds the server running or starts it again. */
  open(): Promise<Cluster>;
  database: string;
  /** How long to wait for another holder to let go: a killed hub's connection may take a moment to be noticed. */
  patienceMs: number;
  log: Logger;
}

const lockName = 'assay:owner';
const pauseMs = 500;

/**
 * Takes the right, or answers null when another process has it. As long as it is held, a server that died under it (or
 * lost all connections by a crash of one) is started again.
 */
export async function takeOwnership(cluster: Cluster, request: OwnershipRequest): Promise<Ownership | null> {
  let held = { cluster, client: await lock(cluster, request) };
  if (held.client === null) return null;
  let closing = false;
  let revival = Promise.resolve();
  const watch = () => {
    held.client?.once('end', () => {
      if (!closing) revival = revive();
    });
  };
  const revive = async () => {
    request.log.warn('the database server went away; looking for it, or starting it again');
    while (!closing) {
      try {
        const found = await request.open();
        held = { cluster: found, client: await lock(found, request) };
        if (held.client) return watch();
        request.log.warn('another process has taken the database server');
      } catch (error) {
        request.log.error('the database server does not come back', error);
      }
      await sleep(pauseMs);
    }
  };
  watch();
  return {
    async stopServer() {
      closing = true;
      await revival;
      await held.cluster.stop();
      await held.client?.end().catch(() => {});
    },
  };
}

async function lock(cluster: Cluster, request: OwnershipRequest): Promise<pg.Client | null> {
  const client = new pg.Client({
    connectionString: cluster.url(request.database),
    application_name: 'assay owner',
  });
  client.on('error', () => {}); // `end` follows
  await client.connect();
  const deadline = Date.now() + request.patienceMs;
  for (;;) {
    const { rows } = await client.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken', [
      lockName,
    ]);
    if (rows[0].taken) return client;
    if (Date.now() >= deadline) break;
    await sleep(100);
  }
  await client.end();
  return null;
}
