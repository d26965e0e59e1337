import { CodedError } from '@assay/spec';

/** Why a command could not do its work. */
export type CliCode =
  | 'usage'
  | 'task-spec'
  | 'benchmark-invalid'
  | 'task-unknown'
  | 'model-missing'
  | 'log-unfit'
  | 'evidence-needed'
  | 'hub-needed';

/** A command refused: the message says what and where, the hint how to go on. Printed without a stack. */
export class CliError extends CodedError<CliCode> {}
