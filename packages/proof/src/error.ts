import { CodedError } from '@assay/spec';

/** Everything a proof can fail with. One code a cause, so that a test asserts the cause and not the sentence. */
export type ProofCode =
  | 'bad-base64'
  | 'bad-key'
  | 'bad-note'
  | 'bad-checkpoint'
  | 'bad-envelope'
  | 'bad-statement'
  | 'bad-subject'
  | 'bad-token'
  | 'bad-proof'
  | 'bad-tile'
  | 'bad-leaf'
  | 'unknown-key'
  | 'signature-mismatch'
  | 'root-mismatch'
  | 'content-mismatch'
  | 'tile-missing'
  | 'tile-mismatch'
  | 'leaf-order'
  | 'log-shrunk';

export class ProofError extends CodedError<ProofCode> {}
