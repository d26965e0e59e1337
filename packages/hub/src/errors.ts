import { CodedError, type Issue } from '@assay/spec';

/** Every way in which the hub refuses. `http/error-map.ts` must know each one, or it does not compile. */
export type HubCode =
  | 'bad-credentials'
  | 'login-required'
  | 'login-failed'
  | 'cross-origin'
  | 'repo-not-found'
  | 'repo-moved'
  | 'repo-disabled'
  | 'revision-not-found'
  | 'entry-not-found'
  | 'gated'
  | 'forbidden'
  | 'repo-exists'
  | 'account-exists'
  | 'ref-exists'
  | 'stale-ref'
  | 'conflict'
  | 'invalid-input'
  | 'too-large'
  | 'range-not-satisfiable'
  | 'not-found'
  | 'redacted'
  | 'rate-limited'
  | 'quota-exceeded'
  | 'sandbox-missing'
  | 'in-use'
  | 'unreachable-origin'
  | 'port-taken'
  | 'schema-too-new'
  | 'postgres-unavailable'
  | 'corrupt';

/** What a refusal knows beyond its sentence; the maps decide which header or field carries it. */
export interface HubFacts {
  /** What to do about it, one sentence. */
  hint?: string;
  cause?: unknown;
  /** Faults of the files that were sent, each with the file's path. */
  issues?: (Issue & { file?: string })[];
  /** 40-hex commit in which an entry was looked for. */
  commit?: string;
  /** Page path of the thing that exists already, from the root: `/datasets/ns/name`. */
  existing?: string;
  /** Id of the thing that exists already. */
  existingId?: string;
  /** Where a renamed repo is now: full names, `ns/name`. */
  moved?: { from: string; to: string };
  retryAfterSeconds?: number;
  /** The quota that was used up. */
  rateLimit?: { quota: number; windowSeconds: number };
  /** Size in bytes of the thing a range was asked of. */
  totalBytes?: number;
}

/** A refusal of the hub. Carries a code, never an HTTP status. */
export class HubError extends CodedError<HubCode> {
  readonly facts: HubFacts;

  constructor(code: HubCode, message: string, facts: HubFacts = {}) {
    super(code, message, { cause: facts.cause, hint: facts.hint });
    this.name = 'HubError';
    this.facts = facts;
  }
}
