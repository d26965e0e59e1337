// What a sample costs. Prints a table and writes JSON; asserts nothing.
//   npm run bench:engine -- [--short | --large | --cell SAMPLES,CONNECTIONS,MS …] [--bare] [--beside | --inspect PYTHON] [--json FILE]
// --short: one small cell, for CI. --large: 1,000 and 100,000 samples, for memory. --bare: a loop over node:http too.
// --beside: Inspect and lm-eval too, in the cells up to 1,000 samples; they are installed into .cache/py. --inspect: the
// Python of a venv that has it.
// The endpoint is a process of its own, so CPU is the runner's alone.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { readyEnvironment } from '../../tests/compat/python-clients.ts';

interface Cell {
  samples: number;
  connections: number;
  latencyMs: number;
}

interface Measured extends Cell {
  runner: 'assay' | 'bare' | 'inspect' | 'lm-eval';
  status: string;
  accuracy: number;
  /** Without start-up. */
  cpuMsPerSample: number;
  startCpuMs: number;
  /** From the first request's arrival to the last answer, over what the latency alone would take. */
  wallOverIdeal: number | null;
  wallMs: number;
  peakMb: number;
  logBytesPerSample: number;
}

const fullCells: Cell[] = [1000, 10_000].flatMap((samples) =>
  [100, 1000].flatMap((connections) =>
    [0, 50, 500].map((latencyMs) => ({ samples, connections, latencyMs })),
  ),
);
const shortCells: Cell[] = [{ samples: 1000, connections: 100, latencyMs: 50 }];
const largeCells: Cell[] = [1000, 100_000].map((samples) => ({ samples, connections: 100, latencyMs: 0 }));

function toCell(text: string): Cell {
  const [samples = Number.NaN, connections = Number.NaN, latencyMs = Number.NaN] = text
    .split(',')
    .map(Number);
  if (Number.isNaN(samples + connections + latencyMs))
    throw new Error(`--cell takes SAMPLES,CONNECTIONS,MS, as in 10000,100,500; not ${text}`);
  return { samples, connections, latencyMs };
}

function writeBenchmark(samples: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const filler =
    'A farmer counts the sheep in the field, the hens in the yard and the geese by the pond. '.repeat(8);
  const rows = Array.from({ length: samples }, (_none, at) =>
    JSON.stringify({ question: `${filler}\nWhat is ${at} plus ${at + 1}?`, target: String(2 * at + 1) }),
  );
  writeFileSync(join(folder, 'test.jsonl'), `${rows.join('\n')}\n`);
  const task = `tasks:
  - id: bench
    field_spec: {input: question, target: target}
    solvers: [{name: generate}]
    scorers: [{name: match, args: {numeric: true}}]
`;
  writeFileSync(join(folder, 'eval.yaml'), task);
  mkdirSync(join(folder, 'logs'));
  return folder;
}

/** What each runner is started with: a program, and its script beside this one. */
type Runners = Partial<Record<Measured['runner'], [command: string, script: string]>>;

async function readyRunners(): Promise<Runners> {
  const runners: Runners = { assay: [process.execPath, 'engine-process.ts'] };
  if (values.bare) runners.bare = [process.execPath, 'bare-process.ts'];
  const inspect = values.beside
    ? await readyEnvironment('bench-inspect-0.3.285', [['inspect-ai==0.3.285', 'openai']])
    : values.inspect;
  if (inspect) runners.inspect = [inspect, 'inspect_process.py'];
  if (values.beside) {
    const packages = ['lm-eval[api]==0.4.13', 'datasets==5.2.0'];
    runners['lm-eval'] = [await readyEnvironment('bench-lm-eval-0.4.13', [packages]), 'lm_eval_process.py'];
  }
  return runners;
}

async function measure(
  cell: Cell,
  runner: Measured['runner'],
  [command, script]: [string, string],
): Promise<Measured> {
  const folder = writeBenchmark(cell.samples);
  const mock = spawn(process.execPath, [
    join(import.meta.dirname, 'mock-process.ts'),
    String(cell.latencyMs),
  ]);
  try {
    const url = await firstLine(mock);
    const child = spawn(command, [join(import.meta.dirname, script), folder, url, String(cell.connections)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const told = JSON.parse(await firstLine(child));
    const counts = (await (await fetch(new URL('/mock/counts', url))).json()) as { span: number };
    const ideal = Math.ceil(cell.samples / cell.connections) * cell.latencyMs;
    return {
      ...cell,
      runner,
      status: told.status,
      accuracy: told.accuracy,
      cpuMsPerSample: told.cpuMs / cell.samples,
      startCpuMs: told.startCpuMs,
      wallOverIdeal: ideal > 0 ? counts.span / ideal : null,
      wallMs: told.wallMs,
      peakMb: told.peakBytes / 2 ** 20,
      logBytesPerSample: told.logBytes / cell.samples,
    };
  } finally {
    mock.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the bench ended with ${code} before it said anything`);
  });
  const [line] = await Promise.race([once(lines, 'line'), ended]);
  ended.catch(() => undefined);
  return line as string;
}

const columns: [head: string, width: number, show: (row: Measured) => string][] = [
  ['runner', 8, (row) => row.runner],
  ['samples', 8, (row) => String(row.samples)],
  ['conns', 6, (row) => String(row.connections)],
  ['ms', 5, (row) => String(row.latencyMs)],
  ['CPU ms/sample', 14, (row) => row.cpuMsPerSample.toFixed(3)],
  ['start CPU ms', 12, (row) => row.startCpuMs.toFixed(0)],
  ['wall/ideal', 11, (row) => row.wallOverIdeal?.toFixed(3) ?? '-'],
  ['wall s', 8, (row) => (row.wallMs / 1000).toFixed(2)],
  ['peak MB', 9, (row) => row.peakMb.toFixed(0)],
  ['log B/sample', 13, (row) => row.logBytesPerSample.toFixed(0)],
  ['status', 10, (row) => row.status],
];

function printRow(texts: string[]): void {
  console.log(texts.map((text, at) => text.padStart(columns[at]![1])).join(' '));
}

const { values } = parseArgs({
  options: {
    short: { type: 'boolean' },
    large: { type: 'boolean' },
    cell: { type: 'string', multiple: true },
    bare: { type: 'boolean' },
    beside: { type: 'boolean' },
    inspect: { type: 'string' },
    json: { type: 'string' },
  },
});
const results: Measured[] = [];
console.log(`Node ${process.version}, ${cpus().length} cores`);
printRow(columns.map(([head]) => head));
const cells = values.cell?.map(toCell) ?? (values.short ? shortCells : values.large ? largeCells : fullCells);
const runners = await readyRunners();
for (const cell of cells) {
  for (const [runner, how] of Object.entries(runners) as [Measured['runner'], [string, string]][]) {
    if (runner !== 'assay' && runner !== 'bare' && cell.samples > 1000) continue;
    const row = await measure(cell, runner, how);
    results.push(row);
    printRow(columns.map(([, , show]) => show(row)));
  }
}
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ node: process.version, results }, null, 2)}\n`);
