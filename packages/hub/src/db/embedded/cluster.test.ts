import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { toDataPaths } from '../../config/data-paths.ts';
import { type Config, loadConfig } from '../../config/load-config.ts';
import { HubError } from '../../errors.ts';
import { silentLogger } from '../../logger.ts';
import { openDatabase } from '../open-database.ts';
import { isAlive, readPostmasterFile } from './postmaster-file.ts';

const folders: string[] = [];
after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function dataFolder(inside = ''): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-cluster-')); // mode 0700: hidden from PostgreSQL's user when root
  folders.push(folder);
  return join(folder, inside);
}

function configOf(dataDir: string): Config {
  const parsed = loadConfig({}, { dataDir });
  assert.ok(parsed.ok);
  return parsed.value;
}

const open = (dataDir: string, purpose: 'serve' | 'visit' = 'serve') =>
  openDatabase(configOf(dataDir), toDataPaths(dataDir), silentLogger, purpose);

/** A hub's database in a process of its own, which holds it until it is killed. */
async function openElsewhere(dataDir: string) {
  const script = `
    import { openDatabase } from ${JSON.stringify(new URL('../open-database.ts', import.meta.url))};
    import { loadConfig } from ${JSON.stringify(new URL('../../config/load-config.ts', import.meta.url))};
    import { toDataPaths } from ${JSON.stringify(new URL('../../config/data-paths.ts', import.meta.url))};
    import { silentLogger } from ${JSON.stringify(new URL('../../logger.ts', import.meta.url))};
    const dataDir = ${JSON.stringify(dataDir)};
    const { db } = await openDatabase(loadConfig({}, { dataDir }).value, toDataPaths(dataDir), silentLogger, 'serve');
    await db.query('CREATE TABLE kept (n int)');
    await db.query('INSERT INTO kept VALUES (1)');
    console.log('ready');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

test('a server whose hub was killed outright is adopted with all it had committed, and stopped in the end', async () => {
  const dataDir = await dataFolder();
  const child = await openElsewhere(dataDir);
  child.kill('SIGKILL');
  await once(child, 'close');
  const orphan = await readPostmasterFile(join(dataDir, 'postgres'));
  assert.ok(orphan && (await isAlive(orphan.pid)));
  const database = await open(dataDir);
  assert.deepEqual(await database.db.query('SELECT n FROM kept'), [{ n: 1 }]);
  assert.equal((await readPostmasterFile(join(dataDir, 'postgres')))?.pid, orphan.pid);
  await database.close();
  assert.equal(await isAlive(orphan.pid), false);
});

test('a killed server is started again, also when its pid belongs to another process by now', async () => {
  const dataDir = await dataFolder();
  const first = await open(dataDir);
  const { pid } = (await readPostmasterFile(join(dataDir, 'postgres')))!;
  await first.db.query('CREATE TABLE kept (n int)');
  process.kill(pid, 'SIGKILL');
  while (await isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  await first.close().catch(() => {});
  const stale = [
    process.pid,
    join(dataDir, 'postgres'),
    0,
    5432,
    join(dataDir, 'run', 'postgres'),
    '',
    '',
    'ready',
    '',
  ];
  await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), stale.join('\n'));
  const again = await open(dataDir);
  assert.deepEqual(await again.db.query('SELECT n FROM kept'), []);
  await again.close();
});

test('a second hub on the folder is refused; a visit works beside the first, and leaves the server running', async () => {
  const dataDir = await dataFolder();
  const hub = await open(dataDir);
  await assert.rejects(open(dataDir), (error) => error instanceof HubError && error.code === 'in-use');
  const visit = await open(dataDir, 'visit');
  await visit.close();
  assert.deepEqual(await hub.db.query('SELECT 1 AS n'), [{ n: 1 }]);
  await hub.close();
});

test('two first starts at once make one cluster', async () => {
  const dataDir = await dataFolder();
  const outcomes = await Promise.allSettled([open(dataDir, 'visit'), open(dataDir, 'visit')]);
  const [one, two] = outcomes.map((outcome) =>
    outcome.status === 'fulfilled' ? outcome.value : assert.fail(outcome.reason),
  );
  assert.deepEqual(await one!.db.query('SELECT 1 AS n'), await two!.db.query('SELECT 1 AS n'));
  assert.deepEqual(
    (await readdir(dataDir)).filter((name) => name.startsWith('postgres.new')),
    [],
  );
  await Promise.all([one!.close(), two!.close()]);
});

test('with a path too long for a socket, the socket lies in a short folder that only the server may enter', async () => {
  const dataDir = await dataFolder('x'.repeat(100));
  const database = await open(dataDir);
  const { socketDir } = (await readPostmasterFile(join(dataDir, 'postgres')))!;
  assert.ok(socketDir.length < 90);
  assert.equal((await stat(socketDir)).mode & 0o777, 0o700);
  await database.close();
  await assert.rejects(stat(socketDir));
});

test('what was committed is flushed to disk, and no port is open', async () => {
  const database = await open(await dataFolder());
  const settings = await database.db.query(
    "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'listen_addresses') ORDER BY 1",
  );
  assert.deepEqual(settings, [
    { name: 'fsync', setting: 'on' },
    { name: 'listen_addresses', setting: '' },
  ]);
  await database.close();
});

test('a server that dies under its hub is started again', async () => {
  for (const inside of ['', 'x'.repeat(100)]) {
    const dataDir = await dataFolder(inside);
    const database = await open(dataDir);
    await database.db.query('CREATE TABLE kept (n int)');
    const { pid } = (await readPostmasterFile(join(dataDir, 'postgres')))!;
    process.kill(pid, 'SIGKILL');
    const back = async () => {
      const server = await readPostmasterFile(join(dataDir, 'postgres'));
      return server !== null && server.pid !== pid && server.status === 'ready';
    };
    while (!(await back())) await new Promise((resolve) => setTimeout(resolve, 50));
    // The first query on a connection of the old server may still fail; the pool then opens a new one.
    const ask = () => database.db.query('SELECT n FROM kept');
    assert.deepEqual(await ask().catch(ask), []);
    await database.close();
    assert.equal(await readPostmasterFile(join(dataDir, 'postgres')), null);
  }
});
