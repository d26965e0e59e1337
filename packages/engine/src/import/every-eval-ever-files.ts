import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { EvalSample } from '@assay/spec';
import { readJsonLines } from '../dataset/json-lines.ts';
import { parseLogText } from '../log/log-json.ts';
import { emptyRun, type Fields, fields, list, missing, shown, text, toSample } from './foreign-fields.ts';
import type { ImportedRun } from './foreign-run.ts';

/** Every Eval Ever: one aggregate record holds several results; each is a run, with its instances where they lie beside. */
export function readEvery(file: Fields, path: string): ImportedRun[] {
  const library = fields(file.eval_library);
  const model = text(fields(file.model_info).id);
  const named = text(fields(file.detailed_evaluation_results).file_path);
  const beside = named && join(dirname(path), basename(named));
  const instances = beside && existsSync(beside) ? beside : null;
  return list(file.evaluation_results).map((one) => {
    const result = fields(one);
    const [source, details] = [fields(result.source_data), fields(result.score_details)];
    const metric = fields(result.metric_config);
    const error = fields(fields(details.uncertainty).standard_error).value;
    const name = text(metric.metric_name) ?? text(metric.metric_id) ?? 'score';
    const scored = [
      { scorer: 'every_eval_ever', name, value: Number(details.score) },
      { scorer: 'every_eval_ever', name: 'stderr', value: Number(error ?? Number.NaN) },
    ];
    const task = text(result.evaluation_name) ?? 'unknown';
    const size = source.samples_number;
    return {
      ...emptyRun('every-eval-ever', task, model),
      // When somebody fetched a number is not when it was made.
      created: toTime(result.evaluation_timestamp) ?? toTime(file.evaluation_timestamp),
      dataset: text(source.hf_repo),
      engine: { name: text(library.name) ?? 'unknown', version: text(library.version) ?? 'unknown' },
      settings: fields(fields(result.generation_config).generation_args),
      metrics: scored.filter((two) => Number.isFinite(two.value)),
      total: typeof size === 'number' ? size : null,
      samples: instances ? toSamples(instances, { task, result: text(result.evaluation_result_id) }) : [],
      missing: [...(instances ? [] : [missing.samples, missing.prompts]), missing.revision],
    };
  });
}

/** `UUID_samples.jsonl`: instances, with the aggregate record `UUID.json` beside it where there is one. */
export async function readEveryInstances(path: string): Promise<ImportedRun[]> {
  const aggregate = path.replace(/_samples\.jsonl$/, '.json');
  if (aggregate !== path && existsSync(aggregate)) {
    return readEvery(fields(parseLogText(await readFile(aggregate, 'utf8'))), aggregate);
  }
  const counts = new Map<string, { total: number; failed: number; model: string | null }>();
  for await (const row of readJsonLines(path)) {
    const { evaluation_name: name, model_id: model, error } = fields(row);
    const task = text(name) ?? 'unknown';
    const count = counts.get(task) ?? { total: 0, failed: 0, model: text(model) };
    counts.set(task, { ...count, total: count.total + 1, failed: count.failed + (error ? 1 : 0) });
  }
  return [...counts].map(([task, { total, failed, model }]) => ({
    ...emptyRun('every-eval-ever', task, model),
    total,
    completed: total - failed,
    samples: toSamples(path, { task, result: null }),
    missing: [missing.revision],
  }));
}

async function* toSamples(
  path: string,
  wanted: { task: string; result: string | null },
): AsyncIterable<EvalSample> {
  const epochs = new Map<string, number>();
  for await (const row of readJsonLines(path)) {
    const one = fields(row);
    const own = text(one.evaluation_result_id);
    if (own !== null && wanted.result !== null ? own !== wanted.result : one.evaluation_name !== wanted.task)
      continue;
    const [input, evaluation] = [fields(one.input), fields(one.evaluation)];
    const id = shown(one.sample_id);
    epochs.set(id, (epochs.get(id) ?? 0) + 1);
    const attributed = fields(list(one.answer_attribution).at(-1)).extracted_value;
    const last = list(one.messages)
      .map(fields)
      .findLast((message) => message.role === 'assistant');
    const answer = list(fields(one.output).raw)[0] ?? last?.content ?? null;
    const choices = list(input.choices).map(shown);
    const { score, is_correct: isCorrect } = evaluation;
    yield toSample(id, {
      epoch: epochs.get(id)!,
      input: shown(input.formatted ?? input.raw),
      target: list(input.reference).map(shown),
      answer: answer === null ? null : shown(answer),
      model: text(one.model_id),
      scores: {
        every_eval_ever: {
          value: typeof score === 'number' ? score : Number.NaN,
          answer: text(attributed),
          metadata: { is_correct: isCorrect },
        },
      },
      ...(choices.length > 0 ? { choices } : {}),
      error: text(one.error),
      metadata: fields(one.metadata),
    });
  }
}

function toTime(value: unknown): string | null {
  const seconds = Number(text(value) ?? Number.NaN);
  if (seconds > 0) return new Date(seconds * 1000).toISOString();
  const time = new Date(text(value) ?? Number.NaN).getTime();
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
