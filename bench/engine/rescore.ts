// What scoring a log again costs: memory must not grow with the log. Prints a table and writes JSON; asserts nothing.
//   npm run bench:rescore -- [--short] [--beside | --inspect PYTHON] [--cap-mb N] [--json FILE]
// --beside: Inspect scores the same logs, with at most --cap-mb of address space; it is installed into .cache/py.
// --inspect: the Python of a venv that has it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLogWriter } from '@assay/engine';
import { EVAL_LOG_VERSION, type EvalLogStart, type EvalSample } from '@assay/spec';
import { readyEnvironment } from '../../tests/compat/python-clients.ts';

interface Measured {
  runner: 'assay' | 'inspect';
  samples: number;
  logMb: number;
  seconds: number;
  peakMb: number;
  /** What the process said when it did not finish. */
  failed: string | null;
}

const filler = 'A long chain of reasoning that leads nowhere in particular, step by step by step. '.repeat(
  60,
);

async function writeLog(path: string, samples: number): Promise<void> {
  const start: EvalLogStart = {
    version: EVAL_LOG_VERSION,
    eval: {
      eval_id: `bench${samples}`,
      run_id: 'bench',
      created: '2026-01-01T00:00:00+00:00',
      task: 'bench',
      task_id: 'bench',
      task_version: 0,
      dataset: { name: 'bench', samples, shuffled: false },
      model: 'openai-api/bench/m',
      model_args: {},
      config: { epochs: 1 },
      scorers: [{ name: 'match', options: { numeric: true }, metrics: [{ name: 'accuracy', options: {} }] }],
    },
    plan: { name: 'plan', steps: [], config: {} },
  };
  const writer = await createLogWriter(path, start);
  for (let id = 1; id <= samples; id += 1) await writer.writeSample(toSample(id));
  const stats = { started_at: start.eval.created, completed_at: start.eval.created, model_usage: {} };
  const results = { total_samples: samples, completed_samples: samples, scores: [] };
  await writer.finish({ ...start, status: 'success', results, stats }, []);
}

function toSample(id: number): EvalSample {
  const completion = `${filler}${id}\nIt is ${id % 3 === 0 ? id + 1 : id}`;
  const message = {
    id: `m${id}`,
    role: 'assistant' as const,
    content: completion,
    source: 'generate' as const,
  };
  return {
    id,
    epoch: 1,
    input: `What is ${id}?`,
    target: String(id),
    messages: [{ id: `u${id}`, role: 'user', content: `What is ${id}?`, source: 'input' }, message],
    output: { model: 'm', choices: [{ message, stop_reason: 'stop' }], completion },
    scores: { match: { value: 'C', history: [] } },
    metadata: {},
    store: {},
    events: [],
    model_usage: {},
    uuid: `uuid${id}`,
  };
}

/** Runs a program; its own peak of resident memory is what the kernel says of it. */
async function measure(
  command: string,
  args: string[],
): Promise<Pick<Measured, 'seconds' | 'peakMb' | 'failed'>> {
  const began = performance.now();
  const child = spawn('/usr/bin/env', ['python3', '-c', WRAPPER, command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  await once(child, 'close');
  const { code, peakKb } = JSON.parse(out.trim().split('\n').at(-1)!) as { code: number; peakKb: number };
  const failed = code === 0 ? null : (lastLine(err) ?? `exit ${code}`);
  return { seconds: (performance.now() - began) / 1000, peakMb: peakKb / 1024, failed };
}

function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.replace(/[│╭╰─╮╯]/g, '').trim())
    .findLast((line) => line !== '');
}

const WRAPPER = `
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(json.dumps({"code": done.returncode, "peakKb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}))
`;

const INSPECT = `
import os, resource, sys
# It opens the model that answered, though it asks it nothing.
os.environ |= {"BENCH_API_KEY": "none", "BENCH_BASE_URL": "http://127.0.0.1:9/v1"}
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]) << 20,) * 2)
from inspect_ai import score
from inspect_ai.log import read_eval_log, write_eval_log
from inspect_ai.scorer import match
log = read_eval_log(sys.argv[1])
write_eval_log(score(log, match(numeric=True), action="overwrite"), sys.argv[3])
`;

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    beside: { type: 'boolean', default: false },
    inspect: { type: 'string' },
    'cap-mb': { type: 'string', default: '6000' },
    json: { type: 'string' },
  },
});
const inspect = values.beside
  ? await readyEnvironment('bench-inspect-0.3.285', [['inspect-ai==0.3.285', 'openai']])
  : values.inspect;
const folder = mkdtempSync(join(tmpdir(), 'assay-rescore-'));
const assay = join(import.meta.dirname, '../../packages/cli/bin/assay.js');
const rows: Measured[] = [];
try {
  for (const samples of values.short ? [200, 2000] : [1000, 10_000]) {
    const log = join(folder, `${samples}.eval`);
    await writeLog(log, samples);
    const logMb = statSync(log).size / (1 << 20);
    const scorer = [
      '--scorer',
      'match',
      '-S',
      'numeric=true',
      '--action',
      'overwrite',
      '--templates',
      'assay',
    ];
    const scored = ['score', log, ...scorer, '--output-file', join(folder, `ours-${samples}.eval`)];
    rows.push({ runner: 'assay', samples, logMb, ...(await measure(process.execPath, [assay, ...scored])) });
    if (!inspect) continue;
    const args = ['-c', INSPECT, log, values['cap-mb'], join(folder, `theirs-${samples}.eval`)];
    rows.push({ runner: 'inspect', samples, logMb, ...(await measure(inspect, args)) });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.table(
  rows.map(({ logMb, seconds, peakMb, failed, ...row }) => ({
    ...row,
    'log MB': Number(logMb.toFixed(1)),
    seconds: Number(seconds.toFixed(1)),
    'peak MB': Math.round(peakMb),
    outcome: failed ?? 'scored',
  })),
);
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
