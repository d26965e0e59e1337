import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readJsonLines } from '../dataset/json-lines.ts';
import { EngineError } from '../engine-error.ts';
import { parseLogText } from '../log/log-json.ts';
import { isHarborTrial, readHarborJob, readHarborTrial, readTerminalBench } from './agent-benches.ts';
import { readEvery, readEveryInstances } from './every-eval-ever-files.ts';
import { type Fields, isFields } from './foreign-fields.ts';
import type { ImportedRun } from './foreign-run.ts';
import { readLighteval, readLightevalDetails } from './lighteval-files.ts';
import { readLmEval, readLmEvalSamples } from './lm-eval-files.ts';
import { readSweBench } from './swe-bench-report.ts';

interface Format {
  name: string;
  is(file: Fields): boolean;
  read(file: Fields, path: string): ImportedRun[] | Promise<ImportedRun[]>;
}

/** JSON files of other programs, told apart by what only they hold. */
const documents: Format[] = [
  {
    name: 'every-eval-ever',
    is: (file) => 'evaluation_results' in file && 'eval_library' in file,
    read: readEvery,
  },
  { name: 'lighteval', is: (file) => 'config_general' in file && 'results' in file, read: readLighteval },
  { name: 'lm-eval', is: (file) => 'results' in file && 'n-shot' in file, read: readLmEval },
  {
    name: 'swe-bench',
    is: (file) => 'resolved_ids' in file && 'total_instances' in file,
    read: readSweBench,
  },
  {
    name: 'terminal-bench',
    is: (file) => Array.isArray(file.results) && 'n_resolved' in file,
    read: readTerminalBench,
  },
  { name: 'harbor', is: (file) => 'n_total_trials' in file && 'stats' in file, read: readHarborJob },
  { name: 'harbor', is: isHarborTrial, read: readHarborTrial },
];

/** JSONL files, told apart by their first line. */
const lines: Format[] = [
  {
    name: 'every-eval-ever',
    is: (line) => 'evaluation_id' in line && 'answer_attribution' in line,
    read: (_line, path) => readEveryInstances(path),
  },
  {
    name: 'lm-eval',
    is: (line) => 'doc_id' in line && 'filtered_resps' in line,
    read: (_line, path) => readLmEvalSamples(path),
  },
];

/**
 * The runs that a results file of another program tells of: lm-eval, Lighteval, SWE-bench, Every Eval Ever,
 * Terminal-Bench, Harbor (a folder of a job, too). What the file does not hold is said, never made up.
 * @throws EngineError `import-unknown` when it is none of these, or not of the known shape
 */
export async function readForeignRuns(given: string): Promise<ImportedRun[]> {
  const isFolder = (await stat(given).catch(() => null))?.isDirectory() ?? false;
  const inside = ['result.json', 'results.json']
    .map((name) => join(given, name))
    .find((path) => existsSync(path));
  const path = isFolder && inside ? inside : given;
  if (path.endsWith('.parquet')) return readDetails(path);
  const first = path.endsWith('.jsonl') ? await readFirstLine(path) : await readDocument(path);
  const known = path.endsWith('.jsonl') ? lines : documents;
  const format = isFields(first) ? known.find((one) => one.is(first)) : undefined;
  if (!format) {
    throw new EngineError('import-unknown', `${path} is no results file that is known`, {
      hint: `known are files of ${[...new Set(documents.map((one) => one.name))].join(', ')}`,
    });
  }
  const runs = await format.read(first as Fields, path);
  if (runs.length > 0) return runs;
  throw new EngineError('import-unknown', `${path} looks like ${format.name}, but holds no result`);
}

async function readDetails(path: string): Promise<ImportedRun[]> {
  const runs = await readLightevalDetails(path).catch((cause: unknown) => {
    throw new EngineError('import-unknown', `${path} cannot be read as details of Lighteval`, { cause });
  });
  if (runs.length > 0) return runs;
  throw new EngineError('import-unknown', `${path} has not the columns doc, model_response and metric`, {
    hint: 'Lighteval writes them since 0.11; of older details only results_DATE.json can be imported',
  });
}

async function readDocument(path: string): Promise<unknown> {
  try {
    return parseLogText(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new EngineError('import-unknown', `${path} cannot be read as JSON`, { cause });
  }
}

async function readFirstLine(path: string): Promise<unknown> {
  try {
    for await (const line of readJsonLines(path)) return line;
  } catch (cause) {
    throw new EngineError('import-unknown', `${path} cannot be read as JSON lines`, { cause });
  }
  return null;
}
