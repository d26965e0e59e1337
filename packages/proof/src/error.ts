import { CodedError } from '@assay/spec';

/** Everything a proof can fail with. One code a cause, so that a test asserts the cause and not the sentence. */
export type ProofCode =
  | 'bad-base64'
  | 'bad-key'
  | 'bad-note'
  | 'bad-checkpoint'
  | 'bad-envelope'
  | 'bad-statement'
  | 'bad-token'
  | 'bad-proof'
  | 'bad-tile'
  | 'unknown-key'
  | 'signature-mismatch'
  | 'root-mismatch';

export class ProofError extends CodedError<ProofCode> {}
