import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubConnection } from '@assay/client';
import { startAssay } from './assay.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

/** The first start of a clone builds the pages; that is most of this. */
const START_MS = 180_000;

export interface TestHub {
  url: string;
  /** Write token of the administrator. */
  token: string;
  connection: HubConnection;
  dataDir: string;
  /** What a command beside the hub needs to find the same database and bucket: nothing, unless hubs share them. */
  env: Record<string, string>;
  /** Of the process that runs now; of one of them when there are two. */
  pid(): number;
  /** `kill -9`: no time to write anything down. Of two hubs one dies. */
  kill(): Promise<void>;
  /** Starts it again, on the same folder and port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** What hubs that are one share; left out, a hub has its own. */
export interface TestPlace {
  dataDir?: string;
  /** Write token of the administrator. */
  token?: string;
  /** Where database and bucket are. */
  env?: Record<string, string>;
}

/** One `assay serve` as a process of its own, until the test ends. */
export async function startHubProcess(
  t: Pick<TestContext, 'after'>,
  settings: Record<string, string> = {},
  place: TestPlace = {},
): Promise<TestHub> {
  const dataDir = place.dataDir ?? (await createTemporaryFolder(t));
  const token = place.token ?? `hf_${randomBytes(20).toString('hex')}`;
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...settings, ...place.env, ASSAY_ADMIN_TOKEN: token };
  let running = await serve(dataDir, port, env);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    running.child.kill(signal);
    await running.finished;
  };
  t.after(() => end('SIGTERM'));
  return {
    url,
    token,
    connection: { endpoint: url, token },
    dataDir,
    env: place.env ?? {},
    pid: () => running.child.pid!,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    restart: async () => {
      running = await serve(dataDir, port, env);
    },
  };
}

async function serve(
  dataDir: string,
  port: number,
  env: Record<string, string>,
): Promise<ReturnType<typeof startAssay>> {
  const args = ['serve', '--data', dataDir, '--port', String(port)];
  const running = startAssay(args, { env });
  const died = running.finished.then((done) => {
    throw new Error(`assay serve ended with ${done.code ?? done.signal}\n${done.stdout}${done.stderr}`);
  });
  died.catch(() => {});
  await Promise.race([untilHealthy(`http://127.0.0.1:${port}`), died]);
  return running;
}

async function untilHealthy(url: string): Promise<void> {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`${url}/healthz did not answer within ${START_MS / 1000} s`);
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
