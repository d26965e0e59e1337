import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EvalSample } from '@assay/spec';
import { parseLogText } from '../log/log-json.ts';
import { emptyRun, type Fields, fields, isFields, list, missing, text, toSample } from './foreign-fields.ts';
import type { ImportedRun } from './foreign-run.ts';

/** `results.json` of Terminal-Bench's own harness; `run_metadata.json` beside it says what was run. */
export async function readTerminalBench(file: Fields, path: string): Promise<ImportedRun[]> {
  const told = await readBeside(join(dirname(path), 'run_metadata.json'));
  const trials = list(file.results).map(fields);
  const epochs = new Map<string, number>();
  const samples = trials.map((trial): EvalSample => {
    const id = text(trial.task_id) ?? 'unknown';
    epochs.set(id, (epochs.get(id) ?? 0) + 1);
    const mode = text(trial.failure_mode);
    const known = typeof trial.is_resolved === 'boolean';
    return toSample(id, {
      epoch: epochs.get(id)!,
      input: text(trial.instruction) ?? '',
      scores: known ? { resolved: { value: trial.is_resolved ? 'C' : 'I' } } : {},
      error: known ? null : `the harness gives no verdict (${mode ?? 'unset'})`,
      metadata: { trial: trial.trial_name, failure_mode: mode, tests: trial.parser_results },
    });
  });
  const accuracy = typeof file.accuracy === 'number' ? file.accuracy : null;
  const dataset = text(told.dataset_name);
  return [
    {
      ...emptyRun('terminal-bench', dataset ?? 'terminal-bench', text(told.model_name)),
      created: toTime(told.end_time) ?? toTime(told.start_time),
      dataset: dataset && [dataset, text(told.dataset_version)].filter(Boolean).join('=='),
      engine: { name: 'terminal-bench', version: 'unknown' },
      settings: told.agent_name ? { agent: told.agent_name, n_attempts: told.n_attempts } : {},
      metrics: accuracy === null ? [] : [{ scorer: 'resolved', name: 'accuracy', value: accuracy }],
      samples,
      total: samples.length,
      completed: samples.filter((sample) => !sample.error).length,
      ended: text(told.end_time) !== null,
      missing: [missing.prompts, missing.revision, 'the version of the harness'],
    },
  ];
}

/** A job of Harbor: its `result.json`, or its folder; a folder for each trial lies in it. Runs by agent, model, dataset. */
export async function readHarborJob(file: Fields, path: string): Promise<ImportedRun[]> {
  const folder = dirname(path);
  const trials = list(file.trial_results).filter(isFields);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const trial = entry.isDirectory() ? await readBeside(join(folder, entry.name, 'result.json')) : {};
    if (isHarborTrial(trial) && !trials.some((one) => one.trial_name === trial.trial_name))
      trials.push(trial);
  }
  const ended = toTime(file.finished_at);
  const groups = Map.groupBy(trials, toGroup);
  return [...groups.values()].map((own) => ({
    ...toHarborRun(own),
    ...(ended ? { created: ended } : {}),
    ended: ended !== null && trials.length === file.n_total_trials,
  }));
}

/** One trial of Harbor alone. */
export function readHarborTrial(file: Fields): ImportedRun[] {
  return [{ ...toHarborRun([file]), ended: toTime(file.finished_at) !== null }];
}

export function isHarborTrial(file: Fields): boolean {
  return 'trial_name' in file && 'agent_info' in file && 'task_name' in file;
}

function toGroup(trial: Fields): string {
  const agent = fields(trial.agent_info);
  return JSON.stringify([agent.name, agent.version, fields(agent.model_info).name, trial.source]);
}

function toHarborRun(trials: Fields[]): ImportedRun {
  const first = trials[0]!;
  const agent = fields(first.agent_info);
  const model = fields(agent.model_info);
  const provider = text(model.provider);
  const name = text(model.name);
  const epochs = new Map<string, number>();
  const samples = trials.map((trial) => {
    const id = text(trial.task_name) ?? 'unknown';
    epochs.set(id, (epochs.get(id) ?? 0) + 1);
    return toHarborSample(trial, id, epochs.get(id)!);
  });
  const source = text(first.source);
  return {
    ...emptyRun('harbor', source ?? 'adhoc', name && provider ? `${provider}/${name}` : name),
    created: toTime(first.finished_at),
    dataset: source,
    engine: { name: 'harbor', version: 'unknown' },
    settings: { agent: agent.name, agent_version: agent.version },
    // Harbor's own sums leave failed trials out, or count them as 0, by rules of the dataset: none is made up here.
    metrics: [],
    samples,
    total: samples.length,
    completed: samples.filter((sample) => !sample.error).length,
    missing: [missing.questions, missing.prompts, 'the version of the harness'],
  };
}

function toHarborSample(trial: Fields, id: string, epoch: number): EvalSample {
  const rewards = Object.entries(fields(fields(trial.verifier_result).rewards));
  const scores = rewards.filter(([, value]) => typeof value === 'number');
  const failure = fields(trial.exception_info);
  const said =
    text(failure.exception_type) && `${failure.exception_type}: ${failure.exception_message ?? ''}`;
  const used = fields(trial.agent_result);
  const [input, output] = [used.n_input_tokens, used.n_output_tokens].map((count) => Number(count ?? 0));
  const model = text(fields(fields(trial.agent_info).model_info).name) ?? 'unknown';
  const usage = { input_tokens: input!, output_tokens: output!, total_tokens: input! + output! };
  const sample = toSample(id, {
    epoch,
    input: '',
    scores: Object.fromEntries(scores.map(([name, value]) => [name, { value: value as number }])),
    // A trial that failed after its verifier had spoken keeps the verdict.
    error: scores.length > 0 ? null : (said ?? 'the trial has no reward'),
    metadata: { trial: trial.trial_name, task_checksum: trial.task_checksum, exception: said },
  });
  return used.n_input_tokens === undefined || used.n_input_tokens === null
    ? sample
    : { ...sample, model_usage: { [model]: usage } };
}

async function readBeside(path: string): Promise<Fields> {
  if (!existsSync(path)) return {};
  return fields(parseLogText(await readFile(path, 'utf8')));
}

function toTime(value: unknown): string | null {
  const time = typeof value === 'string' ? new Date(value).getTime() : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
