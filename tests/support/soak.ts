import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  addComment,
  ClientError,
  createCommit,
  createOrg,
  createRepo,
  type HubConnection,
  listModels,
  mergePullRequest,
  readBoard,
  readDiscussion,
  readModelResults,
  readText,
} from '@assay/client';
import { runAssay } from './assay.ts';
import { cloneInto, mustGit, runGit } from './git.ts';
import { startTestHub, type TestHub } from './hub.ts';
import { publishSmallBenchmark, resultFile, SMALL_BENCHMARK } from './small-benchmark.ts';

export interface SoakWish {
  clients: number;
  seconds: number;
  /** For clones. */
  folder: string;
  /** Hears what is done, about every five seconds. */
  onProgress?(line: string): void;
}

export interface SoakReport {
  actions: Record<string, { done: number; refused: number; p50Ms: number; p99Ms: number }>;
  /** Why clients were refused, and how often; numbers in the hub's sentence are left out. */
  refusals: Record<string, number>;
  /** What must not happen, in words. */
  faults: string[];
  /** Largest resident memory of the hub's process. */
  hubMiB: number;
  /** Until the last client had its last answer: what was asked before the time was over is waited for. */
  seconds: number;
}

/** Of 500 clients, so many push by git: each one is a process, and the machine has few cores. */
const gitShare = 0.02;
const models = 20;

interface Soak {
  hub: TestHub;
  faults: string[];
  timings: Map<string, { ms: number[]; refused: number }>;
  refusals: Map<string, number>;
  /** Acknowledged: path -> text, by model. */
  files: Map<string, Map<string, string>>;
  /** Acknowledged: comments by discussion, pull requests merged. */
  comments: Map<string, Set<string>>;
  merged: Set<string>;
  until: number;
}

/** Runs the clients, then looks for everything that was acknowledged. */
export async function runSoak(t: Parameters<typeof startTestHub>[0], wish: SoakWish): Promise<SoakReport> {
  const hub = await startTestHub(t);
  const soak: Soak = {
    hub,
    faults: [],
    timings: new Map(),
    refusals: new Map(),
    files: new Map(),
    comments: new Map(),
    merged: new Set(),
    until: performance.now() + wish.seconds * 1000,
  };
  await publishSmallBenchmark(hub.connection);
  await createOrg(hub.connection, { name: 'soak' });
  const pushers = Math.max(1, Math.round(wish.clients * gitShare));
  const names = [
    ...Array.from({ length: models }, (_, at) => modelAt(at)),
    ...Array.from({ length: pushers }, (_, at) => ownModelAt(at)),
  ];
  for (const name of names) {
    await createRepo(hub.connection, { type: 'model', name });
    soak.files.set(name, new Map());
  }
  const memory = watchMemory(hub);
  const progress = tellProgress(soak, wish);
  const begin = performance.now();
  soak.until = begin + wish.seconds * 1000;
  await Promise.all([
    ...Array.from({ length: wish.clients - pushers }, (_, at) => browse(soak, at)),
    ...Array.from({ length: pushers }, (_, at) => pushOn(soak, at, wish.folder)),
  ]);
  const seconds = (performance.now() - begin) / 1000;
  const hubMiB = await memory.stop();
  progress.enter('looking for losses');
  await findLosses(soak);
  progress.enter('comparing the index with a rebuild');
  const checked = await runAssay(['reindex', '--check', '--data', hub.dataDir]);
  if (checked.code !== 0)
    soak.faults.push(`the index differs from a rebuild: ${checked.stdout}${checked.stderr}`);
  progress.stop();
  const refusals = Object.fromEntries(soak.refusals);
  return { actions: toRows(soak), refusals, faults: soak.faults, hubMiB, seconds };
}

const modelAt = (at: number) => `soak/model-${at % models}`;
const ownModelAt = (at: number) => `soak/pusher-${at}`;
const repoOf = (name: string) => ({ type: 'model', name }) as const;

/** Runs one action and notes how long it took. A refusal is an answer; a 5xx or a cut connection is a fault. */
async function act<T>(soak: Soak, name: string, run: (hub: HubConnection) => Promise<T>): Promise<T | null> {
  const row = soak.timings.get(name) ?? { ms: [], refused: 0 };
  soak.timings.set(name, row);
  const begin = performance.now();
  try {
    const answer = await run(soak.hub.connection);
    row.ms.push(performance.now() - begin);
    return answer;
  } catch (error) {
    const status = error instanceof ClientError ? (error.status ?? 0) : 0;
    const message = error instanceof Error ? error.message : String(error);
    if (status >= 400 && status < 500) {
      row.refused += 1;
      noteRefusal(soak, `${name}: ${status} ${message}`);
    } else soak.faults.push(`${name}: ${status} ${message}`);
    return null;
  }
}

function noteRefusal(soak: Soak, reason: string): void {
  const kind = reason.replace(/[0-9a-f]{40}|\b\d+\b/g, 'N').slice(0, 160);
  soak.refusals.set(kind, (soak.refusals.get(kind) ?? 0) + 1);
}

/** What most people do, most of the time: read; now and then write. */
async function browse(soak: Soak, me: number): Promise<void> {
  for (let round = 0; performance.now() < soak.until; round += 1) {
    const model = modelAt(me * 7 + round);
    const kind = (me + round * 3) % 20;
    if (kind === 0) await commitFile(soak, model, `${me}-${round}`);
    else if (kind === 1) await proposeAndMerge(soak, model, `${me}-${round}`);
    else if (kind === 2) await page(soak, `/datasets/${SMALL_BENCHMARK}`);
    else if (kind < 6) await page(soak, `/${model}`);
    else if (kind < 12) await act(soak, 'board', (hub) => readBoard(hub, SMALL_BENCHMARK, { limit: 100 }));
    else if (kind < 15) await act(soak, 'results', (hub) => readModelResults(hub, model));
    else if (kind < 18) await act(soak, 'file', (hub) => readText(hub, repoOf(model), '.gitattributes'));
    else await act(soak, 'list', (hub) => firstOf(listModels(hub, { search: 'model', limit: 20 })));
    await sleep(Math.random() * 100);
  }
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}

async function page(soak: Soak, path: string): Promise<void> {
  await act(soak, 'page', async ({ endpoint }) => {
    const answer = await fetch(endpoint + path);
    await answer.text();
    if (!answer.ok)
      throw new ClientError('refused', `${path} was answered ${answer.status}`, { status: answer.status });
  });
}

async function commitFile(soak: Soak, model: string, name: string): Promise<void> {
  const path = `notes/${name}.txt`;
  const content = `written by ${name}\n`;
  const change = { kind: 'put', path, content } as const;
  const done = await act(soak, 'commit', (hub) =>
    createCommit(hub, repoOf(model), { summary: `Note ${name}`, changes: [change] }),
  );
  if (done) soak.files.get(model)!.set(path, content);
}

async function proposeAndMerge(soak: Soak, model: string, name: string): Promise<void> {
  const path = `.eval_results/${name}.yaml`;
  const content = resultFile(name.length / 100, `Variant ${name}`);
  const proposed = await act(soak, 'propose', (hub) =>
    createCommit(hub, repoOf(model), {
      summary: `Result ${name}`,
      changes: [{ kind: 'put', path, content }],
      createPullRequest: true,
    }),
  );
  const num = proposed?.pullRequest?.num;
  if (num === undefined) return;
  const comment = `Looked at by ${name}`;
  const said = await act(soak, 'comment', (hub) =>
    addComment(hub, repoOf(model), num, comment).then(() => true),
  );
  const talk = `${model} ${num}`;
  if (said) soak.comments.set(talk, new Set([comment]));
  const merged = await act(soak, 'merge', (hub) =>
    mergePullRequest(hub, repoOf(model), num).then(() => true),
  );
  if (!merged) return;
  soak.merged.add(talk);
  soak.files.get(model)!.set(path, content);
}

/**
 * A contributor with git: one file after the other, in turn into a repo of their own and on top of whatever others did
 * meanwhile in a busy one, where a push is often overtaken.
 */
async function pushOn(soak: Soak, me: number, folder: string): Promise<void> {
  const names = [ownModelAt(me), modelAt(me)] as const;
  const clones = names.map((_, at) => join(folder, `clone-${me}-${at}`));
  for (const [at, name] of names.entries()) await cloneInto(clones[at]!, soak.hub.url, name, soak.hub.token);
  for (let round = 0; performance.now() < soak.until; round += 1)
    await pushOnce(soak, clones[round % 2]!, names[round % 2]!, `${me}-${round}`);
}

async function pushOnce(soak: Soak, clone: string, model: string, name: string): Promise<void> {
  const path = `pushed-${name}.txt`;
  await runGit(clone, ['fetch', '--quiet', 'origin', 'main']);
  await mustGit(clone, ['reset', '--quiet', '--hard', 'FETCH_HEAD']);
  await writeFile(join(clone, path), `${name}\n`);
  await mustGit(clone, ['add', '--all']);
  await mustGit(clone, ['commit', '--quiet', '--message', `Push ${name}`]);
  const row = soak.timings.get('push') ?? { ms: [], refused: 0 };
  soak.timings.set('push', row);
  const begin = performance.now();
  const pushed = await runGit(clone, ['push', '--quiet', 'origin', 'HEAD:refs/heads/main']);
  if (pushed.code === 0) {
    row.ms.push(performance.now() - begin);
    soak.files.get(model)!.set(path, `${name}\n`);
  } else if (/rejected|fetch first|has moved/.test(pushed.stderr)) {
    row.refused += 1;
    noteRefusal(soak, 'push: rejected');
  } else soak.faults.push(`push: ${pushed.stderr}`);
}

/** Everything that was acknowledged must be there. */
async function findLosses(soak: Soak): Promise<void> {
  const { connection, url } = soak.hub;
  const readAll = async ([model, files]: [string, Map<string, string>]) => {
    const clone = await runGit('/', [
      'ls-remote',
      `${url.replace('://', `://u:${connection.token}@`)}/${model}`,
    ]);
    if (clone.code !== 0) soak.faults.push(`${model} cannot be read: ${clone.stderr}`);
    for (const [path, text] of files) {
      const found = await readText(connection, repoOf(model), path).catch(() => null);
      if (found?.text !== text) soak.faults.push(`${model} lost ${path}`);
    }
  };
  await Promise.all(Array.from(soak.files, readAll));
  for (const [talk, comments] of soak.comments) {
    const [model, num] = talk.split(' ') as [string, string];
    const details = await readDiscussion(connection, repoOf(model), Number(num));
    const text = JSON.stringify(details.events);
    for (const comment of comments)
      if (!text.includes(comment)) soak.faults.push(`${talk} lost the comment "${comment}"`);
    if (soak.merged.has(talk) && details.status !== 'merged')
      soak.faults.push(`${talk} is ${details.status}`);
  }
}

function toRows(soak: Soak): SoakReport['actions'] {
  const rows = [...soak.timings].map(([name, { ms, refused }]) => {
    ms.sort((a, b) => a - b);
    const at = (share: number) => Math.round(ms[Math.floor(ms.length * share)] ?? 0);
    return [name, { done: ms.length, refused, p50Ms: at(0.5), p99Ms: at(0.99) }] as const;
  });
  return Object.fromEntries(rows);
}

/** A line every five seconds: how many answers there were. */
function tellProgress(soak: Soak, wish: SoakWish) {
  let stage = `${wish.clients} clients`;
  const begin = performance.now();
  const tell = () => {
    const rows = Array.from(soak.timings, ([name, { ms, refused }]) => `${name} ${ms.length + refused}`);
    const seconds = Math.round((performance.now() - begin) / 1000);
    wish.onProgress?.(`${seconds} s, ${stage}: ${rows.join(', ')}; ${soak.faults.length} faults`);
  };
  const timer = setInterval(tell, 5_000);
  return {
    enter(next: string) {
      stage = next;
      tell();
    },
    stop: () => clearInterval(timer),
  };
}

/** Looks every second how much memory the hub holds. */
function watchMemory(hub: TestHub) {
  let most = 0;
  const look = async () => {
    const status = await readFile(`/proc/${hub.pid()}/status`, 'utf8').catch(() => '');
    most = Math.max(most, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  };
  const timer = setInterval(() => void look(), 1_000);
  return {
    async stop(): Promise<number> {
      clearInterval(timer);
      await look();
      return Math.round(most);
    },
  };
}
