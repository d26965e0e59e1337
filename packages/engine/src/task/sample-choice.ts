import { EngineError } from '../engine-error.ts';

/** Positions in the dataset: from `start` (0-based) up to, not including, `end`. */
export interface SampleRange {
  start: number;
  end: number;
}

/** Every `count`-th sample, from the `index`-th (1-based) on; the other shards of the same plan take the rest. */
export interface Shard {
  index: number;
  count: number;
}

/** Which samples of the dataset are run. What is left out leaves none out. */
export interface SampleChoice {
  range?: SampleRange;
  /** Ids, which are the samples' positions (1-based). */
  sampleIds?: number[];
  shard?: Shard;
}

/** @throws EngineError `plan-invalid` when nothing could be chosen */
export function assertChoice({ range, sampleIds, shard }: SampleChoice): void {
  if (range && !(range.start >= 0 && range.end > range.start)) {
    throw new EngineError('plan-invalid', 'the limit takes no samples');
  }
  if (sampleIds && !sampleIds.every((id) => Number.isSafeInteger(id) && id > 0)) {
    throw new EngineError('plan-invalid', 'sample ids are the numbers of rows, from 1');
  }
  if (shard && !(shard.index >= 1 && shard.index <= shard.count)) {
    throw new EngineError('plan-invalid', `there is no shard ${shard.index} of ${shard.count}`);
  }
}

/** The last position (1-based) that can be chosen. */
export function lastPosition({ range, sampleIds }: SampleChoice): number {
  const byRange = range?.end ?? Number.POSITIVE_INFINITY;
  return sampleIds ? Math.min(byRange, Math.max(...sampleIds)) : byRange;
}

/** Says of a position (1-based) whether its sample is run. */
export function createChooser({ range, sampleIds, shard }: SampleChoice): (position: number) => boolean {
  const ids = sampleIds && new Set(sampleIds);
  const start = range?.start ?? 0;
  const end = range?.end ?? Number.POSITIVE_INFINITY;
  return (position) => {
    if (position <= start || position > end || (ids && !ids.has(position))) return false;
    return !shard || (position - 1 - start) % shard.count === shard.index - 1;
  };
}

/** Positions (1-based) chosen out of so many rows. */
export function chosenPositions(rows: number, choice: SampleChoice): number[] {
  const chosen = createChooser(choice);
  const positions: number[] = [];
  for (let position = 1; position <= Math.min(rows, lastPosition(choice)); position++) {
    if (chosen(position)) positions.push(position);
  }
  return positions;
}
