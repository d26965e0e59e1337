import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHubProcess, type TestHub } from './hub-process.ts';
import { type Backend, startHubProxy } from './hub-proxy.ts';
import { createSharedPlace, stackEnds } from './shared-place.ts';

/** Between two deaths, counted from when both hubs are up. */
const pauseMs = { least: 1_000, most: 4_000 };
/** How long a moment is waited for at which the death cuts off only what is asked again. */
const patienceMs = 1_500;
/** How long a hub that is given nothing new may take to answer what it was asked; then it lives on until the next turn. */
const drainMs = 10_000;

/**
 * Two hub processes that are one, until the test ends: on one database, folder and bucket, behind a proxy that asks them
 * in turn. Now and then one is killed with -9: between requests, or while it answers questions that only read; then it
 * comes back. `kill` of the pair kills one whatever it does, `restart` brings it back.
 */
export async function startHubPair(
  test: Pick<TestContext, 'after'> & Partial<Pick<TestContext, 'diagnostic'>>,
  settings: Record<string, string>,
): Promise<TestHub> {
  const t = stackEnds(test);
  const place = await createSharedPlace(t);
  const proxy = await startHubProxy(t);
  const all = { ASSAY_PUBLIC_URL: proxy.url, ...settings };
  // Both at once, on nothing: one makes schema, keys and administrator, and the other finds them.
  const hubs = await Promise.all([0, 1].map(() => startHubProcess(t, all, place)));
  const backends = proxy.serve(hubs.map(({ url }) => url));
  const inTurn = createTurns();
  const killer = startKiller(hubs, backends, inTurn);
  t.after(async () => {
    await killer.stop();
    test.diagnostic?.(`${killer.kills()} kills, ${proxy.repeated()} requests repeated`);
  });
  let [at, killed] = [0, 0];
  const { token, dataDir, env } = place;
  return {
    url: proxy.url,
    token,
    connection: { endpoint: proxy.url, token },
    dataDir,
    env,
    pid: () => hubs[0]!.pid(),
    async kill() {
      killed = at;
      at = (at + 1) % hubs.length;
      await inTurn(async () => {
        await hubs[killed]!.kill();
        backends[killed]!.open = false;
      });
    },
    restart: () => inTurn(() => revive(hubs[killed]!, backends[killed]!)),
    async stop() {
      await killer.stop();
      await Promise.all(hubs.map((hub) => hub.stop()));
    },
  };
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** One after the other: never are both hubs down at once, except where a test wants it. */
function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
}

function startKiller(hubs: TestHub[], backends: Backend[], inTurn: InTurn) {
  const ending = new AbortController();
  let kills = 0;
  const killOne = async () => {
    const at = Math.floor(Math.random() * hubs.length);
    const [hub, backend] = [hubs[at]!, backends[at]!];
    if (ending.signal.aborted || backends.some(({ open }) => !open)) return;
    if (!(await untilHarmless(backend, ending.signal))) {
      backend.open = true;
      return;
    }
    // Nothing else happens between this look and the signal.
    process.kill(hub.pid(), 'SIGKILL');
    backend.open = false;
    backend.cut();
    await hub.kill();
    kills += 1;
    await revive(hub, backend);
  };
  const running = (async () => {
    while (!ending.signal.aborted) {
      const pause = pauseMs.least + Math.random() * (pauseMs.most - pauseMs.least);
      await sleep(pause, undefined, { signal: ending.signal }).catch(() => {});
      await inTurn(killOne);
    }
  })();
  return {
    kills: () => kills,
    async stop() {
      ending.abort();
      await running;
    },
  };
}

/** Until the hub answers only what may be cut off: by chance, or because it is given nothing new. False: it never did. */
async function untilHarmless(backend: Backend, signal: AbortSignal): Promise<boolean> {
  const begin = performance.now();
  const amid = Math.random() < 0.5;
  for (;;) {
    const kinds = [...backend.exchanges].map(({ kind }) => kind);
    const late = performance.now() - begin > patienceMs;
    if (!kinds.includes('once') && (!amid || late || kinds.includes('repeatable'))) return true;
    if (signal.aborted || performance.now() - begin > drainMs) return false;
    if (!amid || late) backend.open = false;
    await sleep(1);
  }
}

async function revive(hub: TestHub, backend: Backend): Promise<void> {
  await hub.restart();
  backend.open = true;
}
