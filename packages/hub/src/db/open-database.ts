import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DataPaths } from '../config/data-paths.ts';
import type { Config } from '../config/load-config.ts';
import { HubError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { createDb } from './create-db.ts';
import { type Cluster, openCluster } from './embedded/cluster.ts';
import type { Db } from './sql.ts';

export interface OpenDatabase {
  url: string;
  db: Db;
  /** Closes the pool, and stops the embedded server when it is ours to stop. */
  close(): Promise<void>;
}

const databaseName = 'assay';
const ownerLock = 'assay:owner';
/** A killed hub's connection may take a moment to be noticed. */
const ownerPatienceMs = 5_000;

/**
 * Opens the database of a data folder: the one DATABASE_URL names, or the embedded server, found running or started.
 *
 * Whoever holds the owner lock of an embedded server may stop it. A hub (`serve`) must hold it; a one-shot command
 * (`visit`) works beside a running hub, and takes the lock when nobody has it, so that what it started it also stops.
 * @throws HubError `in-use` when another process serves the folder; `postgres-unavailable`
 */
export async function openDatabase(
  config: Config,
  paths: DataPaths,
  log: Logger,
  purpose: 'serve' | 'visit',
): Promise<OpenDatabase> {
  if (config.databaseUrl) return openPool(config.databaseUrl, config, log, async () => {});
  const cluster = await openCluster({
    clusterDir: paths.postgres,
    runDir: paths.run,
    uid: config.postgresUid,
  });
  if (cluster.adopted) log.info('found PostgreSQL running', { pid: cluster.pid });
  const owner = await takeOwnership(cluster, purpose === 'serve' ? ownerPatienceMs : 0);
  if (!owner && purpose === 'serve') {
    throw new HubError('in-use', `another process serves the data folder ${paths.root}`, {
      hint: 'Stop it first, or give this hub a folder of its own; several hubs may share one DATABASE_URL.',
    });
  }
  return openPool(cluster.url(databaseName), config, log, async () => {
    if (!owner) return;
    await cluster.stop(); // before the lock is given back: nobody else may begin to use it now
    await owner.end().catch(() => {});
  });
}

function openPool(url: string, config: Config, log: Logger, after: () => Promise<void>): OpenDatabase {
  const db = createDb(url, {
    connections: config.databaseConnections,
    onIdleError: (error) => log.warn('lost a database connection', { reason: error.message }),
  });
  return {
    url,
    db,
    async close() {
      await db.close();
      await after();
    },
  };
}

async function takeOwnership(cluster: Cluster, patienceMs: number): Promise<pg.Client | null> {
  await ensureDatabase(cluster);
  const client = new pg.Client({
    connectionString: cluster.url(databaseName),
    application_name: 'assay owner',
  });
  client.on('error', () => {}); // the pool tells of a lost server
  await client.connect();
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const { rows } = await client.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken', [
      ownerLock,
    ]);
    if (rows[0].taken) return client;
    if (Date.now() >= deadline) break;
    await sleep(100);
  }
  await client.end();
  return null;
}

async function ensureDatabase(cluster: Cluster): Promise<void> {
  const client = new pg.Client({ connectionString: cluster.url('postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
  } catch (error) {
    // Two starts raced: the other one made it.
    const code = (error as { code?: string }).code;
    if (code !== '42P04' && code !== '23505') throw error;
  } finally {
    await client.end();
  }
}
