import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { EvalSample } from '@assay/spec';
import { readJsonLines } from '../dataset/json-lines.ts';
import { parseLogText } from '../log/log-json.ts';
import {
  emptyRun,
  type Fields,
  fields,
  list,
  missing,
  shown,
  text,
  toMetrics,
  toSample,
} from './foreign-fields.ts';
import type { ImportedRun } from './foreign-run.ts';

/** `results_DATE.json` of lm-eval, with `samples_TASK_DATE.jsonl` beside it where they were written. */
export function readLmEval(file: Fields, path: string): ImportedRun[] {
  const config = fields(file.config);
  const date = /_(\d{4}-\d\d-\d\dT[\d.-]+)\.json$/.exec(basename(path))?.[1];
  return Object.entries(fields(file.results)).map(([task, values]) => {
    const own = fields(fields(file.configs)[task]);
    const size = fields(fields(file['n-samples'])[task]).effective;
    const model = text(file.model_name) ?? text(config.model);
    const count = typeof size === 'number' ? size : null;
    const beside = date && join(dirname(path), `samples_${task}_${date}.jsonl`);
    const samples = beside && existsSync(beside) ? beside : null;
    return {
      ...emptyRun('lm-eval', task, model),
      created: typeof file.date === 'number' ? new Date(file.date * 1000).toISOString() : null,
      dataset: text(own.dataset_path),
      engine: { name: 'lm-eval', version: text(file.lm_eval_version) ?? 'unknown' },
      settings: { ...fields(config.gen_kwargs), num_fewshot: fields(file['n-shot'])[task] ?? null },
      metrics: toMetrics(values, 'lm_eval'),
      total: count,
      completed: count,
      // The file is written once everything is computed.
      ended: true,
      samples: samples ? toSamples(samples, model) : [],
      missing: [...(samples ? [] : [missing.samples, missing.prompts]), missing.revision],
    };
  });
}

/** `samples_TASK_DATE.jsonl`, with what `results_DATE.json` beside it says of the task. */
export async function readLmEvalSamples(path: string): Promise<ImportedRun[]> {
  const named = /^samples_(.+)_(\d{4}-\d\d-\d\dT[\d.-]+)\.jsonl$/.exec(basename(path));
  const results = named && join(dirname(path), `results_${named[2]}.json`);
  if (results && existsSync(results)) {
    const runs = readLmEval(fields(parseLogText(await readFile(results, 'utf8'))), results);
    const own = runs.filter((run) => run.task === named[1]);
    if (own.length > 0) return own;
  }
  const ids = new Set<unknown>();
  for await (const row of readJsonLines(path)) ids.add(fields(row).doc_id);
  const task = named?.[1] ?? basename(path, '.jsonl');
  const run = emptyRun('lm-eval', task, null);
  return [
    {
      ...run,
      engine: { name: 'lm-eval', version: 'unknown' },
      total: ids.size,
      completed: ids.size,
      samples: toSamples(path, null),
      missing: [missing.revision],
    },
  ];
}

/**
 * One sample for each document. The file has a line for each document and filter, all documents of a filter together: a
 * first reading gathers the values, a second one the texts.
 */
async function* toSamples(path: string, model: string | null): AsyncIterable<EvalSample> {
  const values = new Map<number, Record<string, { value: number | string }>>();
  for await (const row of readJsonLines(path)) {
    const line = fields(row);
    const scores = values.get(Number(line.doc_id)) ?? {};
    for (const name of list(line.metrics).map(String)) {
      const value = line[name];
      // What only a whole corpus has a value for (BLEU) stands there as its parts.
      scores[`${name},${line.filter}`] = { value: typeof value === 'number' ? value : shown(value) };
    }
    values.set(Number(line.doc_id), scores);
  }
  for await (const row of readJsonLines(path)) {
    const line = fields(row);
    const id = Number(line.doc_id);
    const scores = values.get(id);
    if (!scores) continue;
    values.delete(id);
    const asked = Object.values(fields(line.arguments)).map(fields);
    const choices = asked.length > 1 ? asked.map((one) => shown(one.arg_1)) : [];
    yield toSample(id, {
      input: shown(asked[0]?.arg_0),
      target: shown(line.target),
      answer: asked.length > 1 ? null : shown(list(list(line.resps)[0])[0] ?? list(line.resps)[0]),
      model,
      scores,
      ...(choices.length > 0 ? { choices } : {}),
      metadata: {
        doc: line.doc,
        doc_hash: line.doc_hash,
        filtered_resps: line.filtered_resps,
        resps: line.resps,
      },
    });
  }
}
