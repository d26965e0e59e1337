import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRepo, type HubConnection, mergePullRequest } from '@assay/client';
import { openLog } from '@assay/engine';
import type { EvalSample } from '@assay/spec';
import { mustAssay } from '../support/assay.ts';

export interface RecordedRun {
  spec: string;
  /** Repo of the model; the endpoint serves it by the last part of the name. */
  model: string;
  modelUrl: string;
  logs: string;
}

/** Runs a benchmark with the command line, submits the log by pull request and merges that. Gives the log's path. */
export async function runSubmitMerge(hub: HubConnection, run: RecordedRun): Promise<string> {
  const repo = { type: 'model', name: run.model } as const;
  await createRepo(hub, repo, { existOk: true });
  const log = await runRecorded(hub, run);
  const env = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: hub.token! };
  const said = await mustAssay(['submit', log, '--repo', run.model], { env });
  const num = Number(/\/discussions\/(\d+)/.exec(said)?.[1]);
  assert.ok(num > 0, said);
  await mergePullRequest(hub, repo, num);
  return log;
}

/** Runs a benchmark against an endpoint with the command line. Gives the log's path. */
async function runRecorded(hub: HubConnection, run: RecordedRun): Promise<string> {
  const env = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: hub.token!, REPLAY_API_KEY: 'none-needed' };
  const name = run.model.split('/')[1]!;
  const model = ['--model', `openai-api/replay/${name}`, '--model-base-url', run.modelUrl];
  const rest = ['--max-connections', '50', '--display', 'plain', '--log-dir', run.logs];
  await mustAssay(['eval', run.spec, ...model, ...rest], { env });
  const logs = (await readdir(run.logs)).filter((file) => file.endsWith('.eval'));
  assert.equal(logs.length, 1);
  return join(run.logs, logs[0]!);
}

/** Every sample of a log, in the order of its file. */
export async function* readSamples(log: string): AsyncIterable<EvalSample> {
  const reader = await openLog(log);
  try {
    yield* reader.samples();
  } finally {
    await reader.close();
  }
}

/** The text of a sample's question, as the dataset has it. */
export function questionOf(sample: EvalSample): string {
  if (typeof sample.input === 'string') return sample.input;
  return sample.input.map((message) => String(message.content)).join('\n');
}
