import pg from 'pg';
import type { DataPaths } from '../config/data-paths.ts';
import type { Config } from '../config/load-config.ts';
import { HubError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { createDb } from './create-db.ts';
import { type Cluster, openCluster } from './embedded/cluster.ts';
import { takeOwnership } from './embedded/ownership.ts';
import type { Db } from './sql.ts';

export interface OpenDatabase {
  url: string;
  db: Db;
  /** Closes the pool, and stops the embedded server when it is ours to stop. */
  close(): Promise<void>;
}

const databaseName = 'assay';
/** How long a start waits for the hub before it to let go. */
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
  const open = () => openCluster({ clusterDir: paths.postgres, runDir: paths.run, uid: config.postgresUid });
  const cluster = await open();
  if (cluster.adopted) log.info('found PostgreSQL running', { pid: cluster.pid });
  await ensureDatabase(cluster);
  const patienceMs = purpose === 'serve' ? ownerPatienceMs : 0;
  const owner = await takeOwnership(cluster, { open, database: databaseName, patienceMs, log });
  if (!owner && purpose === 'serve') {
    throw new HubError('in-use', `another process serves the data folder ${paths.root}`, {
      hint: 'Stop it first, or give this hub a folder of its own; several hubs may share one DATABASE_URL.',
    });
  }
  return openPool(cluster.url(databaseName), config, log, async () => owner?.stopServer());
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
