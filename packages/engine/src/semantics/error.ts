import { CodedError } from '@assay/spec';

/**
 * Why a rule of the semantics could not be applied. At build time the task is refused; inside a sample it becomes
 * that sample's error record.
 */
export type SemanticsCode =
  | 'unknown-step'
  | 'unknown-argument'
  | 'missing-argument'
  | 'bad-argument'
  | 'unknown-variable'
  | 'bad-template'
  | 'missing-column'
  | 'bad-record'
  | 'bad-target-index'
  | 'no-user-message'
  | 'no-choices'
  | 'bad-target'
  | 'bad-pattern'
  | 'pattern-budget'
  | 'unknown-reducer'
  | 'reducer-epochs'
  | 'bad-metric'
  | 'bad-number'
  | 'templates-unreadable'
  | 'no-logprobs';

export class SemanticsError extends CodedError<SemanticsCode> {}
