import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createHub, type Hub, loadConfig } from '@assay/hub';

export type Db = Hub['context']['db'];

const MAIN = fileURLToPath(new URL('../../packages/cli/bin/assay.js', import.meta.url));

export interface Served {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** Starts a program that prints its address, and waits for it. */
export async function startServer(args: string[], env: Record<string, string> = {}): Promise<Served> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /(http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
      if (found) resolve(found);
    });
    child.once('close', (code) => reject(new Error(`${args[0]} ended with ${code}`)));
  });
  return {
    url,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'close');
    },
  };
}

/** `assay serve` as its own process, on a data folder. */
export function serveHub(dataDir: string, token: string): Promise<Served> {
  const args = [MAIN, 'serve', '--data', dataDir, '--port', '0', '--quiet'];
  return startServer(args, { ASSAY_ADMIN_TOKEN: token });
}

/** The hub's inside, beside the running one or alone: for rows that no client could make fast enough. */
export async function visitHub<T>(dataDir: string, work: (hub: Hub) => Promise<T>): Promise<T> {
  const config = loadConfig({}, { dataDir });
  if (!config.ok) throw new Error(config.issues.map((issue) => issue.message).join('; '));
  const hub = await createHub(config.value, { purpose: 'visit' });
  return work(hub).finally(hub.close);
}
