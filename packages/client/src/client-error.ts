import { CodedError } from '@assay/spec';

/** Why a request did not give what was asked. Closed: callers map every one of them. */
export type ClientCode =
  | 'unreachable'
  | 'unauthorized'
  | 'forbidden'
  | 'gated'
  | 'repo-not-found'
  | 'revision-not-found'
  | 'entry-not-found'
  | 'not-found'
  | 'conflict'
  | 'refused'
  | 'too-large'
  | 'rate-limited'
  | 'server'
  | 'unreadable';

export interface ClientErrorDetail {
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** `X-Request-Id` of the answer: what an operator searches their log for. */
  requestId?: string;
  /** The answer's JSON body when it had one: issues of a refused file stand there. */
  body?: unknown;
  cause?: unknown;
}

/** A request that failed. The message is the server's own where it sent one; it never holds a token. */
export class ClientError extends CodedError<ClientCode> {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly body: unknown;

  constructor(code: ClientCode, message: string, detail: ClientErrorDetail) {
    super(code, message, detail.cause === undefined ? {} : { cause: detail.cause });
    this.name = 'ClientError';
    this.status = detail.status;
    this.requestId = detail.requestId;
    this.body = detail.body;
  }
}

const BY_SERVER_CODE: Record<string, ClientCode> = {
  RepoNotFound: 'repo-not-found',
  RevisionNotFound: 'revision-not-found',
  EntryNotFound: 'entry-not-found',
  GatedRepo: 'gated',
};

const BY_STATUS: Record<number, ClientCode> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  412: 'conflict',
  413: 'too-large',
  429: 'rate-limited',
};

/** The code of a failed answer: the hub's `X-Error-Code` where there is one, else the status. */
export function toClientCode(status: number, serverCode: string | null): ClientCode {
  const named = serverCode === null ? undefined : BY_SERVER_CODE[serverCode];
  return named ?? BY_STATUS[status] ?? (status >= 500 ? 'server' : 'refused');
}
