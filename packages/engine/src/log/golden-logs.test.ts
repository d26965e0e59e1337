import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { EvalLogHeader, EvalSample } from '@assay/spec';
import { openLog } from './open-log.ts';

// Logs written by the real Inspect, with the facts its own reader gave.
const data = process.env.ASSAY_TEST_DATA ?? join(import.meta.dirname, '../../../../../shared');
const folder = join(data, 'vectors/inspect/logs');
const skip = existsSync(folder) ? false : `golden logs not found at ${folder} (set ASSAY_TEST_DATA)`;

interface Facts {
  file: string;
  status: string;
  invalidated: boolean;
  task: string;
  total_samples: number | null;
  completed_samples: number | null;
  scores: { name: string; reducer: string | null; scored: number; unscored: number; metrics: object }[];
  samples: {
    id: number;
    epoch: number;
    uuid: string;
    values: object;
    error: boolean;
    retries: number;
    limit: string | null;
    invalidated: boolean;
    n_messages: number;
    n_events: number;
  }[];
  summaries: number;
}

describe('logs written by Inspect', { skip }, () => {
  const index = skip ? { logs: [] } : JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
  for (const facts of index.logs as Facts[]) {
    it(`${facts.file} reads back to its facts`, async () => {
      const log = await openLog(join(folder, facts.file));
      const header = await log.header();
      assert.deepEqual(toHeaderFacts(header), {
        status: facts.status,
        invalidated: facts.invalidated,
        task: facts.task,
        total_samples: facts.total_samples,
        completed_samples: facts.completed_samples,
        scores: facts.scores.map((score) => decodeFloats(score)),
      });
      const samples: EvalSample[] = [];
      for await (const sample of log.samples()) samples.push(sample);
      const byKey = (a: { id: unknown; epoch: number }, b: { id: unknown; epoch: number }): number =>
        a.epoch - b.epoch || Number(a.id) - Number(b.id);
      assert.deepEqual(
        samples.sort(byKey).map(toSampleFacts),
        facts.samples.sort(byKey).map((sample) => decodeFloats(sample)),
      );
      let summaries = 0;
      for await (const summary of log.summaries()) summaries += summary.uuid ? 1 : 0;
      assert.equal(summaries, facts.samples.length);
      await log.close();
    });
  }
});

function toHeaderFacts(header: EvalLogHeader): object {
  return {
    status: header.status,
    invalidated: header.invalidated ?? false,
    task: header.eval.task,
    total_samples: header.results?.total_samples ?? null,
    completed_samples: header.results?.completed_samples ?? null,
    scores: (header.results?.scores ?? []).map((score) => ({
      name: score.name,
      scorer: score.scorer,
      reducer: score.reducer ?? null,
      scored: score.scored_samples,
      unscored: score.unscored_samples,
      metrics: Object.fromEntries(Object.values(score.metrics).map((one) => [one.name, one.value])),
    })),
  };
}

function toSampleFacts(sample: EvalSample): object {
  return {
    id: sample.id,
    epoch: sample.epoch,
    uuid: sample.uuid,
    values: Object.fromEntries(Object.entries(sample.scores ?? {}).map(([name, one]) => [name, one.value])),
    error: Boolean(sample.error),
    retries: sample.error_retries?.length ?? 0,
    limit: sample.limit?.type ?? null,
    invalidated: Boolean(sample.invalidation),
    n_messages: sample.messages?.length ?? 0,
    n_events: sample.events?.length ?? 0,
  };
}

/** The facts write NaN as {"$float": "NaN"}. */
function decodeFloats(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$float' in value) return Number(value.$float);
  if (Array.isArray(value)) return value.map(decodeFloats);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, decodeFloats(one)]));
}
