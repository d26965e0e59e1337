import { ClientError } from './client-error.ts';
import { askJson, type HubConnection, send } from './connection.ts';

/** A job as the hub answers it: the Hub's fields, and under `assay` what only Assay knows. */
export interface Job {
  id: string;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  dockerImage: string | null;
  command: string[];
  environment: Record<string, string>;
  /** Names; values are never given. */
  secrets: string[];
  flavor: string;
  labels: Record<string, string>;
  /** Seconds. */
  timeout: number;
  status: { stage: JobStage; message: string | null };
  owner: { id: string; name: string; type: string };
  initiator: { id: string; name: string; type: string };
  durations: { schedulingSecs: number; runningSecs: number; totalSecs: number };
  assay: {
    kind: 'eval' | 'command';
    attempts: number;
    queuePosition: number | null;
    progress: JobProgress | null;
    outcome: JobOutcome;
    cancelRequested: boolean;
    eval?: { task: string; model: string; provider: string; repo: string; limit?: number };
  };
}

export type JobStage = 'SCHEDULING' | 'RUNNING' | 'COMPLETED' | 'CANCELED' | 'ERROR';

export interface JobProgress {
  done: number;
  total: number;
  errors: number;
  reused: number;
  rate: number;
  remaining: number | null;
  tokens: number;
}

export interface JobOutcome {
  evidence?: string;
  value?: number;
  samples?: number;
  statement?: string;
  pullRequest?: number;
  costUsd?: number;
  publishedSize?: number;
}

export interface NewEvalJob {
  task: string;
  model: string;
  provider?: string;
  modelBaseUrl?: string;
  repo: string;
  namespace?: string;
  secrets?: Record<string, string>;
  labels?: Record<string, string>;
  limit?: number;
  connections?: number;
  maxTokens?: number;
  maxCostUsd?: number;
  timeoutSeconds?: number;
}

export interface Endpoint {
  name: string;
  usdPerMillionTokens: number | null;
  /** For administrators. */
  baseUrl?: string;
  hasKey?: boolean;
}

export function runEvalJob(connection: HubConnection, job: NewEvalJob): Promise<Job> {
  return askJson(connection, '/api/assay/jobs/eval', { method: 'POST', json: job });
}

export function listJobs(
  connection: HubConnection,
  namespace: string,
  query: { stage?: JobStage[]; label?: string[]; limit?: number } = {},
): Promise<Job[]> {
  return askJson(connection, `/api/jobs/${encodeURIComponent(namespace)}`, { query: { ...query } });
}

export function readJob(connection: HubConnection, namespace: string, id: string): Promise<Job> {
  return askJson(connection, jobPath(namespace, id));
}

export function cancelJob(connection: HubConnection, namespace: string, id: string): Promise<Job> {
  return askJson(connection, jobPath(namespace, id, '/cancel'), { method: 'POST' });
}

/** Whether nothing will change about it any more. */
export function isJobOver(job: Pick<Job, 'status'>): boolean {
  return job.status.stage !== 'SCHEDULING' && job.status.stage !== 'RUNNING';
}

export type JobEvent = { kind: 'line'; n: number; text: string; at: string } | { kind: 'job'; job: Job };

/** How often in a row a stream that broke off is taken up again, and after how long. */
const followAgain = { tries: 8, pauseMs: 250, mostMs: 4_000 };

/**
 * What a job says and how it changes, from line `after` on, until it is over. A stream that breaks off, because the hub
 * behind it went, is taken up where it ended; which hub of several answers does not matter.
 * @throws ClientError when the hub refuses, or cannot be reached several times in a row
 */
export async function* followJob(
  connection: HubConnection,
  namespace: string,
  id: string,
  after = 0,
): AsyncGenerator<JobEvent> {
  let last = after;
  for (let failures = 0; ; failures += 1) {
    try {
      for await (const event of readJobEvents(connection, jobPath(namespace, id, '/events'), last)) {
        failures = 0;
        if (event.kind === 'line') last = event.n;
        yield event;
        if (event.kind === 'job' && isJobOver(event.job)) return;
      }
    } catch (error) {
      if (!isBrokenOff(error, connection.signal) || failures >= followAgain.tries) throw error;
    }
    if (failures >= followAgain.tries) return;
    const pause = Math.min(followAgain.pauseMs * 2 ** failures, followAgain.mostMs);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** A refusal is an answer; a connection that ended in the middle of one, or never began, is none. */
function isBrokenOff(error: unknown, signal?: AbortSignal): boolean {
  if (signal?.aborted) return false;
  return error instanceof ClientError ? error.code === 'unreachable' : error instanceof TypeError;
}

async function* readJobEvents(
  connection: HubConnection,
  path: string,
  after: number,
): AsyncGenerator<JobEvent> {
  const answer = await send(connection, path, { query: { after } });
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    rest += decoder.decode(chunk as Uint8Array, { stream: true });
    const events = rest.split('\n\n');
    rest = events.pop()!;
    for (const event of events) {
      const [, kind, data] = /^event: (line|job)\ndata: (.*)$/s.exec(event) ?? [];
      if (kind === 'line') yield { kind, ...(JSON.parse(data!) as { n: number; text: string; at: string }) };
      if (kind === 'job') yield { kind, job: JSON.parse(data!) as Job };
    }
  }
}

export interface JobLine {
  n: number;
  at: string;
  text: string;
}

/** The last lines of what a job said. */
export async function readJobLines(
  connection: HubConnection,
  namespace: string,
  id: string,
): Promise<JobLine[]> {
  const path = `/api/assay/jobs/${encodeURIComponent(namespace)}/${encodeURIComponent(id)}/lines`;
  return (await askJson<{ lines: JobLine[] }>(connection, path)).lines;
}

export async function listEndpoints(connection: HubConnection): Promise<Endpoint[]> {
  return (await askJson<{ endpoints: Endpoint[] }>(connection, '/api/assay/endpoints')).endpoints;
}

/** Administrators: adds an endpoint or changes it; a key that is left out stays. */
export function setEndpoint(
  connection: HubConnection,
  name: string,
  endpoint: { baseUrl: string; apiKey?: string; usdPerMillionTokens?: number },
): Promise<Endpoint> {
  const path = `/api/assay/endpoints/${encodeURIComponent(name)}`;
  return askJson(connection, path, { method: 'PUT', json: endpoint });
}

export async function deleteEndpoint(connection: HubConnection, name: string): Promise<void> {
  await send(connection, `/api/assay/endpoints/${encodeURIComponent(name)}`, { method: 'DELETE' });
}

function jobPath(namespace: string, id: string, tail = ''): string {
  return `/api/jobs/${encodeURIComponent(namespace)}/${encodeURIComponent(id)}${tail}`;
}
