import { CodedError } from '@assay/spec';

/** Why a command could not do its work. */
export type CliCode =
  | 'usage'
  | 'benchmark-invalid'
  | 'model-missing'
  | 'log-unfit'
  | 'evidence-needed'
  | 'log-unreadable'
  | 'templates-missing'
  | 'mirror-failed'
  | 'nothing-to-verify'
  | 'restore-differs';

/** A command refused: the message says what and where, the hint how to go on. Printed without a stack. */
export class CliError extends CodedError<CliCode> {}
