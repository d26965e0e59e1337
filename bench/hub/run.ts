// How fast a hub answers boards and pages, makes a push visible, and rebuilds its index. Asserts nothing.
//   npm run bench:hub -- [--short] [--sizes 1000,229000,1000000] [--json FILE]
//   npm run bench:hub -- --reindex 60,500    rebuilding the index alone, of so many large and so many small repos
// Each address is asked by 16 connections, one question at a time each, by a program of its own; beside it the bare framework
// (hono on its node server) sends the very same bytes from memory, asked the same way, in the same minute.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCommit, createOrg, createRepo, type HubConnection } from '@assay/client';
import { refreshAllBest } from '../../packages/hub/src/index/best.ts';
import { serveHub, visitHub } from './hub-under-test.ts';
import { measurePushes } from './measure-pushes.ts';
import { measureReindex, type ReindexRow, type Shape, shapes } from './measure-reindex.ts';
import { compareRequests, type RequestRow } from './measure-requests.ts';
import { benchmarks, seedResults } from './seed-results.ts';

const token = `hf_${'b'.repeat(30)}`;

const evalYaml = (name: string) => `name: ${name}
description: Sums of two numbers.
evaluation_framework: inspect-ai
tasks:
  - id: sums
    field_spec: {input: question, target: target}
    solvers: [{name: generate}]
    scorers: [{name: match}]
`;

/** A hub with benchmarks and nothing else. */
async function makeBenchmarks(hub: HubConnection): Promise<void> {
  for (const name of ['sums-org', 'makers']) await createOrg(hub, { name });
  for (let at = 1; at <= benchmarks; at += 1) {
    const repo = { type: 'dataset', name: `sums-org/bench-${at}` } as const;
    await createRepo(hub, repo);
    const change = { kind: 'put', path: 'eval.yaml', content: evalYaml(`Bench ${at}`) } as const;
    await createCommit(hub, repo, { summary: 'Publish', changes: [change] });
  }
}

const addresses = [
  ['board, 50 rows', '/api/assay/benchmarks/sums-org/bench-1/board?limit=50'],
  ['board, 500 rows', '/api/assay/benchmarks/sums-org/bench-1/board'],
  ["the Hub's form", '/api/datasets/sums-org/bench-2/leaderboard?limit=50'],
  ['page: benchmark', '/datasets/sums-org/bench-1'],
  ['page: home', '/'],
] as const;

async function measureRequests(dataDir: string, sizes: number[], seconds: number): Promise<RequestRow[]> {
  const rows: RequestRow[] = [];
  for (const size of sizes) {
    await visitHub(dataDir, async (hub) => {
      await seedResults(hub.context.db, size);
      await refreshAllBest(hub.context.db, 'derived');
      await hub.context.db.query('ANALYZE');
    });
    const served = await serveHub(dataDir, token);
    try {
      for (const [name, path] of addresses) {
        const row = await compareRequests({ name, size, url: served.url, path, seconds, folder: dataDir });
        rows.push(row);
        console.log(
          `${String(size).padStart(9)}  ${name.padEnd(16)} ${String(row.bytes).padStart(8)} B ` +
            `${row.hub.perSecond.toFixed(0).padStart(7)}/s of ${row.bare.perSecond.toFixed(0).padStart(6)}/s = ${(100 * row.ratio).toFixed(0).padStart(4)} %  ` +
            `p50 ${row.hub.p50Ms.toFixed(1)} (${row.bare.p50Ms.toFixed(1)}) ms  p99 ${row.hub.p99Ms.toFixed(1)} (${row.bare.p99Ms.toFixed(1)}) ms`,
        );
      }
    } finally {
      await served.stop();
    }
  }
  return rows;
}

async function showReindex(dataDir: string, shape: Shape, models: number): Promise<ReindexRow> {
  const row = await measureReindex(dataDir, shape, models);
  const { files, entries } = shapes[shape];
  console.log(
    `reindex: ${models} repos of ${files} files of ${entries} results: ${row.seconds.toFixed(1)} s, ${row.microsPerResult.toFixed(0)} µs a result ` +
      `(${row.cpuMicrosPerResult.toFixed(0)} µs of this process's time); read for the first time ${row.firstSeconds.toFixed(1)} s; ` +
      `cat-file --batch alone ${row.catFileMicros.toFixed(0)} µs, parsing YAML alone ${row.yamlMicros.toFixed(0)} µs`,
  );
  return row;
}

async function showPushes(hub: HubConnection, folder: string, count: number) {
  const pushes = await measurePushes(hub, folder, count);
  console.log(
    `push until visible: p50 ${pushes.hub.p50Ms.toFixed(0)} ms; git push to a bare repo over git's own HTTP server: ${pushes.plain.p50Ms.toFixed(0)} ms; ` +
      `difference ${(pushes.hub.p50Ms - pushes.plain.p50Ms).toFixed(0)} ms`,
  );
  return pushes;
}

interface Wanted {
  short: boolean;
  sizes: number[];
  /** Large and small repos whose index is rebuilt. */
  repos: number[];
  /** Nothing but the rebuild. */
  reindexOnly: boolean;
  json: string | undefined;
}

function readWanted(): Wanted {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean' },
      sizes: { type: 'string' },
      reindex: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const short = values.short ?? false;
  return {
    short,
    sizes: (values.sizes ?? (short ? '1000' : '1000,229000,1000000')).split(',').map(Number),
    repos: (values.reindex ?? (short ? '20,200' : '200,2000')).split(',').map(Number),
    reindexOnly: values.reindex !== undefined,
    json: values.json,
  };
}

async function main(): Promise<void> {
  const { short, sizes, repos, reindexOnly, json } = readWanted();
  const seconds = short ? 2 : 8;
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-hub-'));
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  try {
    const served = await serveHub(dataDir, token);
    const hub = { endpoint: served.url, token };
    await makeBenchmarks(hub);
    console.log(`Node ${process.version}, ${cpus().length} cores`);
    const pushes = reindexOnly ? null : await showPushes(hub, join(folder, 'push'), short ? 5 : 30);
    await served.stop();
    const reindexed = [
      await showReindex(dataDir, 'wide', repos[0] ?? 0),
      await showReindex(dataDir, 'small', repos[1] ?? 0),
    ];
    const requests = reindexOnly ? [] : await measureRequests(dataDir, sizes, seconds);
    if (json) {
      const about = { node: process.version, cores: cpus().length, seconds };
      writeFileSync(json, `${JSON.stringify({ ...about, pushes, reindexed, requests }, null, 2)}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
