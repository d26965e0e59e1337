import { ClientError, toClientCode } from './client-error.ts';

/** Which hub, as whom, and by which fetch. Any object of this shape will do; nothing is kept between calls. */
export interface HubConnection {
  /** Origin of the hub, like `https://huggingface.co`; a trailing slash is tolerated. */
  endpoint: string;
  /** Access token (`hf_…`). Absent: anonymous. */
  token?: string;
  /** Defaults to the platform's fetch. */
  fetch?: typeof fetch;
  /** Sent with every request: a page forwards its reader's session cookie this way. */
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Call {
  method?: string;
  query?: Record<string, string | number | boolean | string[] | undefined>;
  json?: unknown;
  body?: RequestInit['body'];
  headers?: Record<string, string>;
  redirect?: RequestInit['redirect'];
  /** Statuses that are an answer rather than a failure, beside 2xx. */
  accept?: number[];
}

export function toUrl(connection: HubConnection, path: string, query: Call['query'] = {}): string {
  const url = new URL(connection.endpoint.replace(/\/+$/, '') + path);
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(key, String(one));
  }
  return url.href;
}

/** Sends one request. Throws ClientError for every answer that is neither 2xx nor in `accept`. */
export async function send(connection: HubConnection, path: string, call: Call = {}): Promise<Response> {
  return sendTo(connection, toUrl(connection, path, call.query), call);
}

/** As `send`, to an absolute URL. The token goes along only when the URL is on the hub's own origin. */
export async function sendTo(connection: HubConnection, url: string, call: Call = {}): Promise<Response> {
  const headers: Record<string, string> = { ...call.headers };
  if (new URL(url).origin === new URL(connection.endpoint).origin) {
    Object.assign(headers, connection.headers, call.headers);
    if (connection.token) headers.authorization ??= `Bearer ${connection.token}`;
  }
  const body = call.json === undefined ? call.body : JSON.stringify(call.json);
  if (call.json !== undefined) headers['content-type'] ??= 'application/json';
  const response = await attempt(connection, url, {
    method: call.method ?? 'GET',
    headers,
    ...(body === undefined ? {} : { body }),
    redirect: call.redirect ?? 'follow',
    ...(connection.signal ? { signal: connection.signal } : {}),
  });
  if (response.ok || call.accept?.includes(response.status)) return response;
  throw await toError(response, call.method ?? 'GET', url);
}

export async function askJson<T>(connection: HubConnection, path: string, call: Call = {}): Promise<T> {
  const response = await send(connection, path, call);
  try {
    return (await response.json()) as T;
  } catch (cause) {
    if (cause instanceof ClientError) throw cause;
    const detail = { status: response.status, requestId: requestIdOf(response), cause };
    throw new ClientError('unreadable', `${path}: the answer is not JSON. Is this a hub?`, detail);
  }
}

async function attempt(connection: HubConnection, url: string, init: RequestInit): Promise<Response> {
  try {
    return await (connection.fetch ?? fetch)(url, init);
  } catch (cause) {
    // A fetch with rules of its own has said why.
    if (connection.signal?.aborted || cause instanceof ClientError) throw cause;
    const why =
      cause instanceof Error ? String((cause.cause as Error | undefined)?.message || cause.message) : '';
    throw new ClientError('unreachable', `No answer from ${new URL(url).origin}: ${why}`, {
      status: 0,
      cause,
    });
  }
}

async function toError(response: Response, method: string, url: string): Promise<ClientError> {
  const text = await response.text().catch(() => '');
  const body = parseBody(text);
  const said = messageOf(body) ?? response.headers.get('x-error-message');
  const code = toClientCode(response.status, response.headers.get('x-error-code'));
  const requestId = requestIdOf(response);
  // What an operator needs to find the cause of a fault on their side.
  const id = response.status >= 500 && requestId ? `, request ${requestId}` : '';
  const place = `${method} ${new URL(url).pathname}${id}`;
  return new ClientError(code, `${said ?? `refused with status ${response.status}`} (${place})`, {
    status: response.status,
    requestId,
    body,
  });
}

function requestIdOf(response: Response): string | undefined {
  return response.headers.get('x-request-id') ?? undefined;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null;
  const { error, message } = body as { error?: unknown; message?: unknown };
  if (Array.isArray(error)) return error.join('; ');
  if (typeof error === 'string') return error;
  return typeof message === 'string' ? message : null;
}
