import type { EvalTask } from '@assay/spec';
import type { RecordSource } from '../dataset/record-source.ts';
import { EngineError } from '../engine-error.ts';
import { recordToSample, type Sample, type SampleFields } from '../semantics/sample.ts';
import type { SampleRange } from './run-plan.ts';
import { shuffleChoices } from './shuffle-choices.ts';

/** The samples of a task, read as they are needed; may be read once for each epoch. */
export interface SampleSource {
  samples(): AsyncIterable<Sample>;
}

/** Samples are numbered 1…N in dataset order; `range` picks by position, and reading stops at its end. */
export function createSampleSource(
  records: RecordSource,
  task: EvalTask,
  choice: { range?: SampleRange; seed: number },
): SampleSource {
  if (!task.fieldSpec)
    throw new EngineError('plan-invalid', 'the task says in no field_spec which columns to use');
  const fields: SampleFields = task.fieldSpec;
  const { start, end } = choice.range ?? { start: 0, end: Number.POSITIVE_INFINITY };
  return {
    async *samples() {
      let position = 0;
      if (end <= 0) return;
      for await (const record of records.records()) {
        position++;
        if (position <= start) continue;
        const sample = recordToSample(record, fields, position);
        yield task.shuffleChoices ? shuffleChoices(sample, choice.seed) : sample;
        if (position >= end) return;
      }
    },
  };
}
