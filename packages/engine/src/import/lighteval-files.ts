import { globSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { EvalSample } from '@assay/spec';
import { openFolderDataset } from '../dataset/folder-dataset.ts';
import { readParquet, readParquetMetadata } from '../dataset/parquet-records.ts';
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

const DATE = String.raw`\d{4}-\d\d-\d\dT[\d.-]+`;

/** `results_DATE.json`: `results` by `task|shots`, and one entry `all` over them. */
export function readLighteval(file: Fields): ImportedRun[] {
  const general = fields(file.config_general);
  const tasks = Object.entries(fields(file.results)).filter(([task]) => task !== 'all');
  return tasks.map(([task, values]) => {
    const own = fields(fields(file.config_tasks)[task]);
    const began = Number(general.start_time);
    const size = own.effective_num_docs;
    const count = typeof size === 'number' && size > 0 ? size : null;
    const model = fields(general.model_config).model_name ?? general.model_name;
    return {
      ...emptyRun('lighteval', task, text(model)),
      // Older releases give the clock of the process, which begins anywhere.
      created: began > 1e9 ? new Date(began * 1000).toISOString() : null,
      dataset: text(own.hf_repo),
      engine: { name: 'lighteval', version: text(general.lighteval_sha) ?? 'unknown' },
      settings: fields(fields(general.model_config).generation_parameters),
      metrics: toMetrics(values, 'lighteval'),
      total: count,
      completed: count,
      ended: true,
      missing: [missing.samples, missing.prompts, ...(text(own.hf_revision) ? [] : [missing.revision])],
    };
  });
}

/**
 * `details/MODEL/DATE/details_TASK_DATE.parquet`, a row for each document, with what `results/MODEL/results_DATE.json`
 * says of the task.
 */
export async function readLightevalDetails(path: string): Promise<ImportedRun[]> {
  const [, task, date] = new RegExp(`^details_(.+)_(${DATE})\\.parquet$`).exec(basename(path)) ?? [];
  const folder = dirname(path);
  const files = await openFolderDataset(folder);
  const file = { path: basename(path), size: (await stat(path)).size };
  const metadata = await readParquetMetadata(files, file);
  const columns = metadata.schema.map((column) => column.name);
  if (!['doc', 'model_response', 'metric'].every((name) => columns.includes(name))) return [];
  const told = date && task ? await findResults(folder, task, date) : null;
  const run = told ?? emptyRun('lighteval', task ?? basename(path, '.parquet'), null);
  const total = Number(metadata.num_rows);
  return [
    {
      ...run,
      engine: run.engine ?? { name: 'lighteval', version: 'unknown' },
      total,
      completed: total,
      samples: toSamples(readParquet(files, file, metadata), run.model),
      missing: [
        ...run.missing.filter((one) => one === missing.revision),
        ...(told ? [] : [missing.revision]),
      ],
    },
  ];
}

async function findResults(folder: string, task: string, date: string): Promise<ImportedRun | null> {
  const root = globSync(`**/results_${date}.json`, { cwd: join(folder, '../../..') })[0]
    ? join(folder, '../../..')
    : join(folder, '../../../..');
  const found = globSync(`{results/**,.}/results_${date}.json`, { cwd: root })[0];
  if (found === undefined) return null;
  const runs = readLighteval(fields(parseLogText(await readFile(join(root, found), 'utf8'))));
  return runs.find((run) => run.task === task) ?? null;
}

async function* toSamples(rows: AsyncIterable<unknown>, model: string | null): AsyncIterable<EvalSample> {
  let at = 0;
  for await (const row of rows) {
    at++;
    const { doc, model_response: response, metric } = fields(row);
    const { query, choices, gold_index: gold, id, instruction, specific } = fields(doc);
    const options = list(choices).map(shown);
    const right = (Array.isArray(gold) ? gold : [gold]).map(Number).filter((index) => index in options);
    const scores = Object.entries(fields(metric)).flatMap(([name, value]) =>
      value === null || value === undefined
        ? []
        : [[name, { value: typeof value === 'object' ? shown(value) : Number(value) }] as const],
    );
    yield toSample(at, {
      input: shown(query),
      target: right.map((index) => options[index]!),
      answer: shown(list(fields(response).text)[0]) || null,
      model,
      scores: Object.fromEntries(scores),
      ...(options.length > 1 ? { choices: options } : {}),
      metadata: { doc_id: id, instruction, specific, prompt: fields(response).input ?? null },
    });
  }
}
