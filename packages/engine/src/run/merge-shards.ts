import { existsSync } from 'node:fs';
import type { EvalLogHeader, EvalLogStart } from '@assay/spec';
import { EngineError } from '../engine-error.ts';
import { toSampleEntry } from '../log/entry-names.ts';
import type { LogReader } from '../log/log-reader.ts';
import { createLogWriter, type WrittenReduction } from '../log/log-writer.ts';
import { openLog } from '../log/open-log.ts';
import { assayTemplates } from '../semantics/prompts.ts';
import { computeResults } from '../semantics/results.ts';
import { createScorers } from '../semantics/scorer.ts';
import { plannedIds, plannedSamples } from '../task/create-plan.ts';
import type { RunPlan } from '../task/run-plan.ts';
import { toLogHeader } from './log-parts.ts';
import { readPlan, toComparable } from './logged-plan.ts';
import { type RunSummary, summarize } from './run-summary.ts';
import { RunTotals } from './run-totals.ts';
import { newShortId } from './short-id.ts';

interface ShardLog {
  path: string;
  log: LogReader;
  header: EvalLogHeader;
  plan: RunPlan;
}

/**
 * Makes one log of the logs of all shards of a run (`--shard 1/n` … `n/n`), as if one process had run it. Samples are
 * copied as they are stored; results are computed anew over all of them. Memory holds values, not texts.
 * @param out must be free
 * @throws EngineError `log-not-mergeable` when they are not all the shards of one run, or not all finished;
 *   `log-exists`, and what opening a log throws
 */
export async function mergeShards(paths: string[], out: string): Promise<RunSummary> {
  if (existsSync(out)) throw new EngineError('log-exists', `there is a log at ${out} already`);
  const shards: ShardLog[] = [];
  try {
    for (const path of paths) shards.push(await openShard(path));
    assertWhole(shards);
    shards.sort((a, b) => a.plan.shard!.index - b.plan.shard!.index);
    return await writeMerged(shards, out);
  } finally {
    for (const shard of shards) await shard.log.close();
  }
}

async function openShard(path: string): Promise<ShardLog> {
  const log = await openLog(path);
  try {
    const header = await log.header();
    return { path, log, header, plan: readPlan(header, path) };
  } catch (error) {
    await log.close();
    throw error;
  }
}

function assertWhole(shards: ShardLog[]): void {
  const [first] = shards;
  if (!first) throw refusal('no logs are named');
  const seen = new Map<number, string>();
  for (const one of shards) {
    const { path, plan, header } = one;
    if (!plan.shard) throw refusal(`${path} is the log of a whole run, not of a shard`);
    if (toComparable(plan) !== toComparable(first.plan)) {
      throw refusal(`${path} and ${first.path} are shards of different runs`);
    }
    const other = seen.get(plan.shard.index);
    if (other)
      throw refusal(`${path} and ${other} are the same shard`, 'of a run and its retry name the retry');
    if (header.status !== 'success') {
      throw refusal(`the run of ${path} has status ${header.status}`, `assay eval-retry ${path}`);
    }
    seen.set(plan.shard.index, path);
  }
  const { count } = first.plan.shard!;
  const missing = Array.from({ length: count }, (_none, at) => at + 1).filter((index) => !seen.has(index));
  if (missing.length > 0) throw refusal(`shard ${missing.join(', ')} of ${count} is missing`);
}

function refusal(message: string, hint?: string): EngineError {
  return new EngineError('log-not-mergeable', message, hint ? { hint } : {});
}

async function writeMerged(shards: ShardLog[], out: string): Promise<RunSummary> {
  const { shard: _shard, ...plan } = shards[0]!.plan;
  const start = toMergedStart(shards, plan);
  const writer = await createLogWriter(out, start, { hidden: true });
  const totals = new RunTotals();
  try {
    const seen = new Set<string>();
    for (const { log, path } of shards) {
      for await (const stored of log.storedSamples(() => true)) {
        const entry = toSampleEntry(stored.summary.id, stored.summary.epoch);
        if (seen.has(entry)) throw new EngineError('log-not-mergeable', `${path} holds ${entry} once more`);
        seen.add(entry);
        await writer.copySample(stored);
        totals.add(stored.summary);
      }
    }
    const planned = plan.dataset.rows === null ? seen.size : plannedSamples(plan);
    const computed = totals.scored.size === 0 ? null : computeMerged(plan, totals);
    const retries = sumRetries(shards);
    const header = toLogHeader(start, totals, {
      status: 'success',
      computed,
      planned,
      connections: [],
      retries,
    });
    header.stats.started_at = shards.map((one) => one.header.stats.started_at).sort()[0]!;
    header.stats.completed_at = shards
      .map((one) => one.header.stats.completed_at)
      .sort()
      .at(-1)!;
    await writer.finish(header, (computed?.reductions ?? []) as WrittenReduction[]);
    return summarize({ plan, logPath: out, totals, computed, planned }, { status: 'success' });
  } catch (error) {
    await writer.abandon().catch(() => undefined);
    throw error;
  }
}

function toMergedStart(shards: ShardLog[], plan: RunPlan): EvalLogStart {
  const { version, eval: spec, plan: steps } = shards[0]!.header;
  const ids = plannedIds(plan);
  return {
    version,
    plan: steps,
    eval: {
      ...spec,
      eval_id: newShortId(),
      run_id: newShortId(),
      task_id: newShortId(),
      dataset: { ...spec.dataset, samples: plan.dataset.rows ?? ids.length, sample_ids: ids },
      metadata: {
        ...spec.metadata,
        assay: { plan, mergedFrom: shards.map((one) => one.header.eval.eval_id) },
      },
    },
  };
}

/** Only names and metrics of the scorers are needed: every sample has its scores. */
function computeMerged(plan: RunPlan, totals: RunTotals): ReturnType<typeof computeResults> {
  const scorers = createScorers(plan.task.scorers, {
    templates: assayTemplates,
    modelsForRole: () => [],
    callModel: () => Promise.reject(new Error('nothing is scored while logs are merged')),
  });
  return computeResults(scorers, totals.scored, plan.epochsReducer);
}

function sumRetries(shards: ShardLog[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { header } of shards) {
    const assay = header.results?.metadata?.assay as { retries?: Record<string, number> } | undefined;
    for (const [kind, count] of Object.entries(assay?.retries ?? {})) sums[kind] = (sums[kind] ?? 0) + count;
  }
  return sums;
}
