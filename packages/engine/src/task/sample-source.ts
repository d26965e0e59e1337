import type { EvalTask } from '@assay/spec';
import type { RecordSource } from '../dataset/record-source.ts';
import { EngineError } from '../engine-error.ts';
import { recordToSample, type Sample, type SampleFields } from '../semantics/sample.ts';
import { createChooser, lastPosition, type SampleChoice } from './sample-choice.ts';
import { shuffleChoices } from './shuffle-choices.ts';

/** The samples of a task, read as they are needed; may be read once for each epoch. */
export interface SampleSource {
  samples(): AsyncIterable<Sample>;
}

/** Samples are numbered 1…N in dataset order; reading stops behind the last one chosen. */
export function createSampleSource(
  records: RecordSource,
  task: EvalTask,
  choice: SampleChoice & { seed: number },
): SampleSource {
  if (!task.fieldSpec)
    throw new EngineError('plan-invalid', 'the task says in no field_spec which columns to use');
  const fields: SampleFields = task.fieldSpec;
  const last = lastPosition(choice);
  const chosen = createChooser(choice);
  return {
    async *samples() {
      let position = 0;
      for await (const record of records.records()) {
        position++;
        if (chosen(position)) {
          const sample = records.toSample?.(record, position) ?? recordToSample(record, fields, position);
          yield task.shuffleChoices ? shuffleChoices(sample, choice.seed) : sample;
        }
        if (position >= last) return;
      }
    },
  };
}
