import { CodedError } from '@assay/spec';

/** Why the engine refuses or cannot go on; what goes wrong inside one sample is a record in the log instead. */
export type EngineCode =
  | 'log-missing'
  | 'log-exists'
  | 'log-damaged'
  | 'log-too-large'
  | 'log-not-retryable'
  | 'log-not-mergeable'
  | 'log-dir-foreign'
  | 'log-unfinished'
  | 'import-unknown'
  | 'engine-missing'
  | 'engine-failed'
  | 'sample-missing'
  | 'dataset-missing'
  | 'config-missing'
  | 'split-missing'
  | 'dataset-unreadable'
  | 'field-missing'
  | 'model-unknown'
  | 'model-unconfigured'
  | 'model-failed'
  | 'plan-invalid'
  | 'cost-ceiling'
  | 'mock-invalid';

export class EngineError extends CodedError<EngineCode> {}
