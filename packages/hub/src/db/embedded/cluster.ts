import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { HubError } from '../../errors.ts';
import { findBinaries, type PostgresBinaries } from './binaries.ts';
import { environment, makeCluster, superuser } from './make-cluster.ts';
import { isAlive, type Postmaster, readPostmasterFile } from './postmaster-file.ts';
import { planRunAs, type RunAs } from './run-as.ts';

export interface ClusterOptions {
  /** Folder of the cluster; made when it is not there. */
  clusterDir: string;
  /** Folder of socket and log. */
  runDir: string;
  /** User id for the server when this process is root. */
  uid: number;
  maxConnections?: number;
  /** Only tests turn it off. */
  fsync?: boolean;
}

export interface Cluster {
  pid: number;
  /** Address of one of its databases, for `pg`. */
  url(database: string): string;
  /** True when the server was running already: left by a killed hub, or serving another process. */
  adopted: boolean;
  /** Fast shutdown: open transactions are rolled back, the rest is on disk. Resolves when the process is gone. */
  stop(): Promise<void>;
}

/** A socket's path has room for 107 bytes, and PostgreSQL adds `/.s.PGSQL.5432`. */
const longestSocketDir = 90;
const startPatienceMs = 300_000;
const stopPatienceMs = 60_000;

/**
 * Finds the cluster running, or starts it, or makes and starts it. Safe to race between processes, and after any crash:
 * a half-made cluster lies under another name, and a server without its hub is adopted.
 * @throws HubError `postgres-unavailable`
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const deadline = Date.now() + startPatienceMs;
  while (Date.now() < deadline) {
    const found = await readPostmasterFile(options.clusterDir);
    if (found && (await isAlive(found.pid))) {
      if (await answers(found)) return toCluster(options.clusterDir, found, true);
      await sleep(50); // starting, recovering or stopping
      continue;
    }
    if (found) await rm(join(options.clusterDir, 'postmaster.pid'), { force: true }); // its process is gone
    const started = await startServer(options);
    if (started) return toCluster(options.clusterDir, started, false);
  }
  throw new HubError(
    'postgres-unavailable',
    `PostgreSQL did not become ready within ${startPatienceMs / 1000} s`,
    {
      hint: `Look into ${logFile(options)}.`,
    },
  );
}

async function startServer(options: ClusterOptions): Promise<Postmaster | null> {
  const binaries = findBinaries();
  await mkdir(options.runDir, { recursive: true, mode: 0o711 });
  await mkdir(dirname(options.clusterDir), { recursive: true });
  const uid = await ownerOf(options.clusterDir, options.uid);
  const folders = [dirname(binaries.postgres), dirname(options.clusterDir), options.runDir];
  const runAs = await planRunAs(process.getuid?.() ?? -1, uid, folders);
  await makeCluster(binaries, runAs, options.clusterDir);
  const socketDir = await makeSocketDir(options.runDir, runAs);
  const log = await open(logFile(options), 'a', 0o600);
  try {
    return await spawnServer(binaries, runAs, options, socketDir, log.fd);
  } finally {
    await log.close();
  }
}

/** A cluster belongs to the user that made it, whatever is configured later. */
async function ownerOf(clusterDir: string, otherwise: number): Promise<number> {
  const made = await stat(clusterDir).catch(() => null);
  return made && made.uid !== 0 ? made.uid : otherwise;
}

/**
 * Whoever can enter this folder is the database's superuser: it is the server's own, mode 0700 (root passes anyway). When
 * the path is too long it lies in the system's folder for temporary files, under a name that stays the same, so that a
 * server that had to be started again is found where it was.
 */
async function makeSocketDir(runDir: string, runAs: RunAs): Promise<string> {
  const owner = runAs.owner ?? { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  let folder = join(runDir, 'postgres');
  if (Buffer.byteLength(folder) > longestSocketDir) {
    folder = join(tmpdir(), `assay-${createHash('sha256').update(runDir).digest('hex').slice(0, 16)}`);
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const made = await lstat(folder);
  const ours = made.isDirectory() && [owner.uid, process.getuid?.()].includes(made.uid);
  if (!ours) {
    throw new HubError(
      'postgres-unavailable',
      `${folder} belongs to somebody else; the socket must lie there`,
      {
        hint: `Remove ${folder}, or choose a data folder with a shorter path.`,
      },
    );
  }
  await chmod(folder, 0o700);
  if (runAs.owner) await chown(folder, owner.uid, owner.gid);
  return folder;
}

function logFile(options: ClusterOptions): string {
  return join(options.runDir, 'postgres.log');
}

/**
 * Starts the server in a process group of its own, so that Ctrl-C reaches the hub alone, which then stops it in order;
 * it logs to a file, as a pipe would break with the hub.
 */
async function spawnServer(
  binaries: PostgresBinaries,
  runAs: RunAs,
  options: ClusterOptions,
  socketDir: string,
  logFd: number,
): Promise<Postmaster | null> {
  const settings: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    max_connections: String(options.maxConnections ?? 200),
    fsync: options.fsync === false ? 'off' : 'on',
    log_checkpoints: 'off',
    log_min_messages: 'warning',
    timezone: 'UTC',
  };
  const words = [...runAs.prefix, binaries.postgres, '-D', options.clusterDir];
  for (const [name, value] of Object.entries(settings)) words.push('-c', `${name}=${value}`);
  const [command, ...args] = words as [string, ...string[]];
  const child = spawn(command, args, {
    cwd: '/',
    env: environment,
    detached: true,
    stdio: ['ignore', logFd, logFd],
    ...runAs.ids,
  });
  let gone: string | null = null;
  child.once('error', (error) => (gone = error.message));
  child.once('exit', (code, signal) => (gone = `it ended with ${signal ?? code}`));
  child.unref();
  return waitUntilReady(options, () => gone);
}

async function waitUntilReady(
  options: ClusterOptions,
  gone: () => string | null,
): Promise<Postmaster | null> {
  const deadline = Date.now() + startPatienceMs;
  while (Date.now() < deadline) {
    const found = await readPostmasterFile(options.clusterDir);
    if (found && (await answers(found))) return found;
    const reason = gone();
    if (reason !== null) {
      if (found && (await isAlive(found.pid))) return null; // another process started it first
      const tail = (await readFile(logFile(options), 'utf8')).trim().split('\n').slice(-3).join(' ');
      throw new HubError('postgres-unavailable', `PostgreSQL did not start (${reason}): ${tail}`, {
        hint: `Look into ${logFile(options)}.`,
      });
    }
    await sleep(10);
  }
  return null;
}

async function answers(server: Postmaster): Promise<boolean> {
  if (!server.socketDir) return false;
  const client = new pg.Client({
    connectionString: toUrl(server, 'postgres'),
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function toUrl(server: Postmaster, database: string): string {
  return `postgresql://${superuser}@localhost:${server.port}/${database}?host=${encodeURIComponent(server.socketDir)}`;
}

function toCluster(clusterDir: string, server: Postmaster, adopted: boolean): Cluster {
  return {
    pid: server.pid,
    adopted,
    url: (database) => toUrl(server, database),
    stop: () => stopServer(clusterDir, server),
  };
}

async function stopServer(clusterDir: string, server: Postmaster): Promise<void> {
  const current = await readPostmasterFile(clusterDir);
  if (current?.pid !== server.pid || !(await isAlive(server.pid))) return;
  process.kill(server.pid, 'SIGINT');
  const deadline = Date.now() + stopPatienceMs;
  while (await isAlive(server.pid)) {
    // SIGQUIT skips the last checkpoint: nothing is lost, the next start replays the log.
    if (Date.now() > deadline) return void process.kill(server.pid, 'SIGQUIT');
    await sleep(10);
  }
  if (!server.socketDir.startsWith(dirname(clusterDir)))
    await rm(server.socketDir, { recursive: true, force: true });
}
