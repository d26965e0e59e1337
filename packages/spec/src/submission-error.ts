import { CodedError } from './errors.ts';

/** Why a run cannot become an entry: its log says too little, or the file it belongs into does not parse. */
export type SubmissionCode = 'log-unfit' | 'benchmark-invalid';

export class SubmissionError extends CodedError<SubmissionCode> {}
