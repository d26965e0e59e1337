import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createDb } from '../db/create-db.ts';
import { ensureDerivedSchema, readDerivedSchema } from '../db/derived-schema.ts';
import { type Cluster, openCluster } from '../db/embedded/cluster.ts';
import { migrate, readMigrations } from '../db/migrate.ts';
import { createPgBossJobs } from '../jobs/pg-boss-jobs.ts';
import { silentLogger } from '../logger.ts';

/** Where the one cluster of all tests of this clone lies; it is kept between runs, so that only the first one waits. */
const folder = join(
  tmpdir(),
  `assay-test-postgres-${process.getuid?.() ?? 0}-${createHash('sha256')
    .update(import.meta.url)
    .digest('hex')
    .slice(0, 10)}`,
);

/**
 * A real PostgreSQL for tests: found running, or started. A keeper process stops it when nobody has been connected for
 * a while, so that test processes need not know of each other. Flushing to disk is off: these databases are thrown away.
 */
async function openTestCluster(): Promise<Cluster> {
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const cluster = await openCluster({
    clusterDir: join(folder, 'postgres'),
    runDir: join(folder, 'run'),
    uid: 65_534,
    maxConnections: 400,
    fsync: false,
  });
  if (!cluster.adopted) startKeeper();
  return cluster;
}

function startKeeper(): void {
  const keeper = fileURLToPath(new URL('./cluster-keeper.ts', import.meta.url));
  spawn(process.execPath, [keeper, folder], { detached: true, stdio: 'ignore', cwd: '/' }).unref();
}

export interface TestDatabase {
  url: string;
  /** Drops it. */
  close(): Promise<void>;
}

/** A database of its own with the whole schema, copied from a template: about 30 ms. `empty`: without any schema. */
export async function createTestDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const cluster = await openTestCluster();
  const template = options.empty ? 'template0' : await ensureTemplate(cluster);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(cluster, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return {
    url: cluster.url(name),
    close: () =>
      asSuperuser(cluster, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

async function asSuperuser(cluster: Cluster, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: cluster.url('postgres') });
  await client.connect();
  await work(client).finally(() => client.end());
}

/** The template is named after the SQL it was made from; made aside and renamed, so that a half-made one is never used. */
async function ensureTemplate(cluster: Cluster): Promise<string> {
  const migrations = await readMigrations();
  const derived = await readDerivedSchema();
  const digest = createHash('sha256')
    .update(JSON.stringify(migrations))
    .update(derived)
    .digest('hex')
    .slice(0, 12);
  const name = `template_${digest}`;
  await asSuperuser(cluster, async (client) => {
    await client.query('SELECT pg_advisory_lock(1)'); // one process makes it, the others wait
    const made = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (made.rowCount === 1) return;
    await client.query(`DROP DATABASE IF EXISTS ${name}_draft WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${name}_draft`);
    const url = cluster.url(`${name}_draft`);
    const db = createDb(url, { connections: 2 });
    await migrate(db, migrations);
    await ensureDerivedSchema(db, derived);
    await db.close();
    await (await createPgBossJobs(url, silentLogger)).close();
    await renameTemplate(client, name);
  });
  return name;
}

async function renameTemplate(client: pg.Client, name: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await client.query(`ALTER DATABASE ${name}_draft RENAME TO ${name}`);
      return;
    } catch (error) {
      if (attempt === 50) throw error; // a connection that is closing counts as a user for a moment
      await sleep(20);
    }
  }
}
