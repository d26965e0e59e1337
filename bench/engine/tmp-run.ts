// What a sample costs. Prints a table and writes JSON; asserts nothing.
//   npm run bench:engine -- [--short] [--inspect PYTHON] [--json FILE]
// --short: one small cell, for CI. --inspect: the Python of a venv with inspect_ai; the cells up to 1,000 samples are
// then run by Inspect too. The endpoint is a process of its own, so CPU is the runner's alone.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

interface Cell {
  samples: number;
  connections: number;
  latencyMs: number;
}

interface Measured extends Cell {
  runner: 'assay' | 'inspect';
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
const shortCells: Cell[] = JSON.parse(process.env.CELLS!);

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

async function measure(cell: Cell, runner: Measured['runner'], python: string): Promise<Measured> {
  const folder = writeBenchmark(cell.samples);
  const mock = spawn(process.execPath, [
    join(import.meta.dirname, 'mock-process.ts'),
    String(cell.latencyMs),
  ]);
  try {
    const url = await firstLine(mock);
    const [command, script] =
      runner === 'assay' ? [process.execPath, 'engine-process.ts'] : [python, 'inspect_process.py'];
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
  options: { short: { type: 'boolean' }, inspect: { type: 'string' }, json: { type: 'string' } },
});
const results: Measured[] = [];
console.log(`Node ${process.version}, ${cpus().length} cores`);
printRow(columns.map(([head]) => head));
for (const cell of values.short ? shortCells : fullCells) {
  const runners: Measured['runner'][] =
    values.inspect && cell.samples <= 1000 ? ['assay', 'inspect'] : ['assay'];
  for (const runner of runners) {
    const row = await measure(cell, runner, values.inspect ?? '');
    results.push(row);
    printRow(columns.map(([, , show]) => show(row)));
  }
}
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ node: process.version, results }, null, 2)}\n`);
