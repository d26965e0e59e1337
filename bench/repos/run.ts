// What many small repos cost: making them, disk, memory, lists, searches, the sweep. Asserts nothing.
//   npm run bench:repos -- [--counts 2000,20000] [--copy] [--minutes M] [--json FILE]
// `--copy`: from the second count on, all repos but the last 500 are copies of the first ones. Making repos ends after so
// many minutes, with as many as there are then.
// A whole hub in this process, on its own PostgreSQL; repos are made through the REST API, eight at a time.

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { createHub, type Hub, loadConfig } from '@assay/hub';
import { sweep } from '../../packages/hub/src/index/sweep.ts';
import { copyRepos } from './copy-repos.ts';

const run = promisify(execFile);
const token = `hf_${'r'.repeat(30)}`;
const atOnce = 8;
/** Repos that are made through the API in any case. */
const lastMade = 500;

async function ask(hub: Hub, method: string, path: string, json?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = json === undefined ? undefined : JSON.stringify(json);
  const answer = await hub.fetch(new Request(`http://hub.bench${path}`, { method, headers, body }));
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

interface Made {
  count: number;
  /** Until the next one is made. */
  createMs: number;
  /** Processor time of the hub's process, without git's and PostgreSQL's. */
  createCpuMs: number;
}

/** Milliseconds between two lines that tell how far it is. */
const tellEvery = 60_000;

async function makeUntil(hub: Hub, from: number, to: number, deadline: number): Promise<Made> {
  let next = from;
  const [begin, cpu] = [performance.now(), process.cpuUsage()];
  const maker = async () => {
    while (next < to && performance.now() < deadline) {
      const name = `repo-${next}`;
      next += 1;
      await ask(hub, 'POST', '/api/repos/create', { name, type: 'model' });
    }
  };
  const telling = setInterval(() => console.error(`${next} repos`), tellEvery);
  await Promise.all(Array.from({ length: atOnce }, maker)).finally(() => clearInterval(telling));
  const spent = process.cpuUsage(cpu);
  const made = Math.max(1, next - from);
  return {
    count: next,
    createMs: (performance.now() - begin) / made,
    createCpuMs: (spent.user + spent.system) / 1000 / made,
  };
}

async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < 15; at += 1) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b)[7]!;
}

async function measure(hub: Hub, dataDir: string, { count, createMs, createCpuMs }: Made) {
  const { stdout } = await run('du', ['-sk', join(dataDir, 'repos')]);
  const read = async (path: string) => (await ask(hub, 'GET', path)).text();
  return {
    repos: count,
    createMs,
    createCpuMs,
    diskKiBEach: Number.parseInt(stdout, 10) / count,
    residentMiB: process.memoryUsage().rss / 2 ** 20,
    openFiles: readdirSync('/proc/self/fd').length,
    listMs: await medianMs(() => read('/api/models?limit=100')),
    searchMs: await medianMs(() => read(`/api/models?search=repo-${count - 1}&limit=20`)),
    infoMs: await medianMs(() => read(`/api/models/admin/repo-${Math.floor(count / 2)}`)),
    sweepMs: await medianMs(() => sweep(hub.context)),
  };
}

const { values } = parseArgs({
  options: {
    counts: { type: 'string' },
    copy: { type: 'boolean' },
    minutes: { type: 'string' },
    json: { type: 'string' },
  },
});
const deadline = performance.now() + Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
const dataDir = mkdtempSync(join(tmpdir(), 'assay-bench-repos-'));
const config = loadConfig({}, { dataDir, adminToken: token });
if (!config.ok) throw new Error(config.issues.map((issue) => issue.message).join('; '));
const hub = await createHub(config.value);
try {
  const rows: object[] = [];
  let from = 0;
  for (const count of (values.counts ?? '2000,20000').split(',').map(Number)) {
    if (values.copy && from > 0 && count - from > lastMade) {
      await copyRepos(hub, from, count - lastMade);
      from = count - lastMade;
    }
    const made = await makeUntil(hub, from, count, deadline);
    const row = await measure(hub, dataDir, made);
    from = made.count;
    rows.push(row);
    const shown = Object.entries(row).map(
      ([name, value]) => `${name} ${value.toFixed(name === 'repos' ? 0 : 1)}`,
    );
    console.log(shown.join('  '));
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
} finally {
  await hub.close();
  rmSync(dataDir, { recursive: true, force: true });
}
