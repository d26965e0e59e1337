import { CodedError, formatIssue } from '@assay/spec';
import { type HubCode, HubError, type HubFacts } from '../errors.ts';
import type { GitErrorCode } from '../git/git-error.ts';

type KnownCode = HubCode | Exclude<GitErrorCode, 'git-failed'>;

interface Rule {
  status: number;
  /** Status for a caller without credentials, when it differs. */
  anonymous?: number;
  /** `X-Error-Code`; our own code when left out. The four of the Hub drive what its clients do. */
  errorCode?: string;
}

/** How each refusal leaves the hub. */
const errorMap: Record<KnownCode, Rule> = {
  'bad-credentials': { status: 401 },
  'login-required': { status: 401 },
  'login-failed': { status: 401 },
  'cross-origin': { status: 403 },
  'repo-not-found': { status: 404, anonymous: 401, errorCode: 'RepoNotFound' },
  'repo-moved': { status: 307 },
  'repo-disabled': { status: 403 },
  'revision-not-found': { status: 404, errorCode: 'RevisionNotFound' },
  'entry-not-found': { status: 404, errorCode: 'EntryNotFound' },
  gated: { status: 403, anonymous: 401, errorCode: 'GatedRepo' },
  forbidden: { status: 403 },
  'repo-exists': { status: 409 },
  'account-exists': { status: 409 },
  'ref-exists': { status: 409 },
  'stale-ref': { status: 412 },
  conflict: { status: 409 },
  'invalid-input': { status: 400 },
  'too-large': { status: 413 },
  'range-not-satisfiable': { status: 416 },
  'not-found': { status: 404 },
  redacted: { status: 410 },
  'rate-limited': { status: 429 },
  // Not 429: clients would try again for minutes.
  'quota-exceeded': { status: 403 },
  'sandbox-missing': { status: 400 },
  'in-use': { status: 503 },
  'unreachable-origin': { status: 502 },
  'port-taken': { status: 503 },
  'schema-too-new': { status: 503 },
  'postgres-unavailable': { status: 503 },
  corrupt: { status: 500 },
  'bad-pack': { status: 400 },
  disconnected: { status: 400 },
  'stale-objects': { status: 412 },
  'object-missing': { status: 404 },
  'path-missing': { status: 404, errorCode: 'EntryNotFound' },
  'bad-path': { status: 400 },
  'nothing-to-commit': { status: 400 },
};

export interface ErrorSite {
  /** Whether the caller sent no credentials. */
  anonymous: boolean;
  /** Path of the request, raw. */
  path: string;
  /** Its query with the question mark, or nothing. */
  search: string;
  /** Origin for URLs in the answer. */
  base: string;
  requestId: string;
}

const gitPath = /\/(info\/refs|git-upload-pack|git-receive-pack|info\/lfs\/.*)$/;

/** Whether the hub means this error; anything else is a fault of ours. */
export function isKnownError(error: unknown): error is CodedError<KnownCode> {
  return error instanceof CodedError && Object.hasOwn(errorMap, error.code);
}

/** The answer to an error. An unknown error tells nothing but the request's id. */
export function toErrorResponse(error: unknown, site: ErrorSite): Response {
  if (!isKnownError(error)) {
    const sentence = `internal error; the hub's log has it under request ${site.requestId}`;
    return answer(500, { 'x-error-message': sentence }, { error: sentence });
  }
  const facts = error instanceof HubError ? error.facts : {};
  const rule = errorMap[leadsNowhere(facts, site) ? 'repo-not-found' : error.code];
  const status = toStatus(rule, error.code, site);
  const headers = factHeaders(facts, site);
  headers['x-error-message'] = toHeaderText(error.message);
  if (rule.errorCode || error.code !== 'bad-credentials')
    headers['x-error-code'] = rule.errorCode ?? error.code;
  if (status === 401 && gitPath.test(site.path))
    headers['www-authenticate'] = 'Basic realm="Assay", charset="UTF-8"';
  return answer(status, headers, toBody(error, facts, site));
}

/** The Hub's clients expect 400 for a bad body; our own API says 422, as the request itself was understood. */
function toStatus(rule: Rule, code: KnownCode, site: ErrorSite): number {
  if (code === 'invalid-input' && site.path.startsWith('/api/assay/')) return 422;
  return site.anonymous ? (rule.anonymous ?? rule.status) : rule.status;
}

function factHeaders(facts: HubFacts, site: ErrorSite): Record<string, string> {
  const headers: Record<string, string> = {};
  if (facts.commit) headers['x-repo-commit'] = facts.commit;
  if (facts.retryAfterSeconds !== undefined) headers['retry-after'] = String(facts.retryAfterSeconds);
  if (facts.rateLimit) {
    const { quota, windowSeconds } = facts.rateLimit;
    headers.ratelimit = `"api";r=0;t=${facts.retryAfterSeconds ?? windowSeconds}`;
    headers['ratelimit-policy'] = `"fixed window";"api";q=${quota};w=${windowSeconds}`;
  }
  if (facts.totalBytes !== undefined) headers['content-range'] = `bytes */${facts.totalBytes}`;
  if (facts.moved && !leadsNowhere(facts, site))
    headers.location = site.base + movedPath(site.path, facts.moved) + site.search;
  return headers;
}

/** A name that stands in the body, not in the path, cannot be mended by asking elsewhere: that would go round for ever. */
function leadsNowhere(facts: HubFacts, site: ErrorSite): boolean {
  return facts.moved !== undefined && movedPath(site.path, facts.moved) === site.path;
}

function movedPath(path: string, moved: { from: string; to: string }): string {
  const at = path.toLowerCase().indexOf(`/${moved.from.toLowerCase()}`);
  return at === -1 ? path : `${path.slice(0, at)}/${moved.to}${path.slice(at + 1 + moved.from.length)}`;
}

function toBody(error: CodedError<KnownCode>, facts: HubFacts, site: ErrorSite): Record<string, unknown> {
  const body: Record<string, unknown> = { error: error.message, code: error.code };
  if (error.hint) body.error_description = error.hint;
  if (facts.issues) {
    body.issues = facts.issues;
    body.errors = facts.issues.map((issue) => ({ message: formatIssue(issue.file ?? '', issue) }));
  }
  if (facts.existing) body.url = site.base + facts.existing;
  if (facts.existingId) body.id = facts.existingId;
  return body;
}

/** Header values are one line of ASCII. */
function toHeaderText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 800);
}

function answer(status: number, headers: Record<string, string>, body: object): Response {
  return Response.json(body, { status, headers });
}
