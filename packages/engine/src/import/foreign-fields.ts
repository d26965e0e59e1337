import type { EvalSample, LogScore } from '@assay/spec';
import type { ImportedRun } from './foreign-run.ts';

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Any value as the text of a sample: texts as they are, others as JSON, nothing as nothing. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a log of our own would hold and files of others mostly do not. */
export const missing = {
  samples: 'the samples: only sums over them are here',
  revision: 'the revision of the dataset',
  prompts: 'the prompts and the answers',
  date: 'the time of the run',
  model: 'the model',
  end: 'whether the run came to its end',
  metrics: 'the sums over the samples: only the samples are here',
  settings: 'the settings of the run',
  patches: 'the patches',
  questions: 'the texts of the questions',
};

/** A run of which nothing is known yet. */
export function emptyRun(format: string, task: string, model: string | null): ImportedRun {
  return {
    format,
    task,
    model,
    created: null,
    dataset: null,
    engine: null,
    settings: {},
    metrics: [],
    samples: [],
    total: null,
    completed: null,
    ended: false,
    missing: [],
  };
}

/** Numbers by name; `acc,none` and `acc_stderr,none` keep lm-eval's names. */
export function toMetrics(values: unknown, scorer: string): ImportedRun['metrics'] {
  return Object.entries(fields(values)).flatMap(([name, value]) =>
    typeof value === 'number' && name !== 'sample_len' ? [{ scorer, name, value }] : [],
  );
}

/** A sample of one question and one answer. */
export function toSample(
  id: string | number,
  told: {
    input: string;
    target?: string | string[];
    answer?: string | null;
    model?: string | null;
    scores: Record<string, LogScore>;
    choices?: string[];
    error?: string | null;
    metadata?: Fields;
    epoch?: number;
  },
): EvalSample {
  const said = { role: 'assistant' as const, content: told.answer ?? '' };
  const model = told.model ?? 'unknown';
  const answered = told.answer !== null && told.answer !== undefined;
  return {
    id,
    epoch: told.epoch ?? 1,
    input: told.input,
    target: told.target ?? '',
    ...(told.choices ? { choices: told.choices } : {}),
    messages: answered ? [{ role: 'user', content: told.input }, said] : [],
    ...(answered
      ? { output: { model, choices: [{ message: said, stop_reason: 'unknown' }], completion: said.content } }
      : {}),
    scores: told.scores,
    metadata: told.metadata ?? {},
    ...(told.error ? { error: { message: told.error, traceback: '', traceback_ansi: '' } } : {}),
  };
}
