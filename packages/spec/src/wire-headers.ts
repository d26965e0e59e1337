/** Names of HTTP headers that the Hub and its clients give a meaning. Header names compare without case. */
export const WIRE_HEADERS = {
  errorCode: 'X-Error-Code',
  errorMessage: 'X-Error-Message',
  requestId: 'X-Request-Id',
  repoCommit: 'X-Repo-Commit',
  linkedSize: 'X-Linked-Size',
  linkedEtag: 'X-Linked-ETag',
  totalCount: 'X-Total-Count',
  warning: 'X-HF-Warning',
  downloadCounter: 'X-HF-Download-Counter',
  traceId: 'X-Amzn-Trace-Id',
} as const;

/** Media types of the Git LFS API and of commits over REST. */
export const WIRE_MEDIA_TYPES = {
  lfs: 'application/vnd.git-lfs+json',
  commit: 'application/x-ndjson',
} as const;

/** Values of `X-Error-Code` that clients turn into their own exceptions. */
export type WireErrorCode = 'RepoNotFound' | 'RevisionNotFound' | 'EntryNotFound' | 'GatedRepo';

/** Texts of `X-Error-Message` that clients compare to the letter. */
export const WIRE_MESSAGES = {
  badCredentials: 'Invalid credentials in Authorization header',
  disabled: 'Access to this resource is disabled.',
} as const;

/** The body of every error: always an object, never a list or a bare text. */
export interface WireError {
  error: string;
  error_description?: string;
  message?: string;
  errors?: { message: string }[];
}

/**
 * A point in time as clients accept it: milliseconds and a final `Z`. Python's refuses `+00:00`.
 *
 * @throws RangeError for a Date that holds no time.
 */
export function toWireDate(time: Date | string | number): string {
  return new Date(time).toISOString();
}
