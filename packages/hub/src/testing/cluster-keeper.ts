import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openCluster } from '../db/embedded/cluster.ts';

/**
 * Started beside the cluster of the tests: stops it, and drops what tests left in it, when for 20 seconds nobody was
 * connected. Ends with it.
 */
const folder = process.argv[2]!;
const patienceMs = 20_000;

const cluster = await openCluster({
  clusterDir: join(folder, 'postgres'),
  runDir: join(folder, 'run'),
  uid: 65_534,
});
const client = new pg.Client({ connectionString: cluster.url('postgres') });
client.on('error', () => process.exit(0));
await client.connect();
let lastSeen = Date.now();
while (Date.now() - lastSeen < patienceMs) {
  await sleep(1_000);
  const { rows } = await client.query(
    "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1",
  );
  if (rows.length > 0) lastSeen = Date.now();
}
const { rows: left } = await client.query(
  "SELECT datname FROM pg_database WHERE datname ~ '^(test|template)_[0-9a-f]{12}' ORDER BY oid",
);
const newestTemplate = left
  .map(({ datname }) => datname as string)
  .filter((name) => name.startsWith('template_'))
  .at(-1);
for (const { datname } of left) {
  if (datname !== newestTemplate) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
}
await cluster.stop();
process.exit(0);
