import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ASSAY_MAIN = fileURLToPath(new URL('../../packages/cli/bin/assay.js', import.meta.url));
/** The first start makes a database and builds the pages; on a slow disk that takes its time. */
const START_MS = 180_000;

/** What is fixed at the first start. */
export interface DemoSettings {
  /** Token of the administrator, by which this script acts. */
  adminToken: string;
  /** Password of the account that people sign in with. */
  password: string;
  /** Results name the pages of their logs by it, so it stays. */
  port: number;
}

export interface DemoHub {
  url: string;
  /** Settles when the hub's process has ended. */
  ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** Settings made at the first start and kept beside the data, readable by their owner only. */
export async function readDemoSettings(dataFolder: string, port: number | undefined): Promise<DemoSettings> {
  const file = join(dataFolder, 'demo-settings.json');
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as DemoSettings;
    return port === undefined ? kept : { ...kept, port };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const fresh: DemoSettings = {
    adminToken: `hf_${randomBytes(24).toString('hex')}`,
    password: randomBytes(9).toString('base64url'),
    port: port ?? (await findFreePort()),
  };
  await mkdir(dataFolder, { recursive: true });
  await writeFile(file, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600 });
  return fresh;
}

/** Starts `assay serve` on the folder and waits until it can serve. */
export async function startDemoHub(dataFolder: string, settings: DemoSettings): Promise<DemoHub> {
  const { port, adminToken } = settings;
  // Whoever is there would answer the health check below in the new hub's place.
  if (!(await isFree(port))) {
    throw new Error(`port ${port} is in use: either the demo runs already, or name another with --port`);
  }
  const child = spawn(process.execPath, [ASSAY_MAIN, 'serve', '--data', dataFolder, '--port', String(port)], {
    env: { ...process.env, ASSAY_ADMIN_TOKEN: adminToken },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-8000);
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = `http://127.0.0.1:${port}`;
  const hub: DemoHub = {
    url,
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
  const failed = ended.then((code) => {
    throw new Error(`the hub ended with ${code} before it could serve\n${said}`);
  });
  failed.catch(() => {});
  await Promise.race([untilHealthy(url), failed]);
  return hub;
}

async function untilHealthy(url: string): Promise<void> {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the hub did not answer ${url}/healthz within ${START_MS / 1000} s`);
}

/** The first free port from 7860 on. */
async function findFreePort(): Promise<number> {
  for (let port = 7860; port < 7900; port += 1) if (await isFree(port)) return port;
  throw new Error('no free port from 7860 to 7899; name one with --port');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
