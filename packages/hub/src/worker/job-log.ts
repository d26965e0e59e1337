import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { EvalJob } from '../jobs/job.ts';
import { makeJobToken } from '../jobs/job-token.ts';
import type { WorkerHands } from './worker-hands.ts';

const header = 'x-assay-job-token';

/** Where the log of a job is sent to, and fetched from, by workers that do not share the hub's folder. */
function jobLogPath(jobId: string): string {
  return `/api/assay/jobs/log/${jobId}`;
}

/**
 * Brings a log to where the hub reads it: into its store.
 * @returns its digest
 */
export async function saveLog(
  hands: WorkerHands,
  job: EvalJob,
  logPath: string,
): Promise<{ digest: string }> {
  const { ctx } = hands;
  if (!hands.remote) {
    const { sha256 } = await ctx.blobs.put(createReadStream(logPath));
    return { digest: sha256 };
  }
  const { size } = await stat(logPath);
  const answer = await fetch(hands.hubUrl + jobLogPath(job.id), {
    method: 'PUT',
    headers: { [header]: makeJobToken(ctx.signingKey, job.id), 'content-length': String(size) },
    body: Readable.toWeb(createReadStream(logPath)) as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  if (!answer.ok) throw new Error(`the hub did not take the log: status ${answer.status}`);
  return (await answer.json()) as { digest: string };
}

/** On a machine that has no log of the job yet: fetches what an earlier worker sent. */
export async function fetchEarlier(hands: WorkerHands, job: EvalJob, logDir: string): Promise<void> {
  if (!hands.remote || job.attempts === 1) return;
  if ((await readdir(logDir)).some((name) => name.endsWith('.eval'))) return;
  const answer = await fetch(hands.hubUrl + jobLogPath(job.id), {
    headers: { [header]: makeJobToken(hands.ctx.signingKey, job.id) },
  });
  if (answer.status === 404) return void (await answer.body?.cancel());
  if (!answer.ok || !answer.body) throw new Error(`the hub did not give the log: status ${answer.status}`);
  const draft = join(logDir, '.earlier');
  await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(draft));
  await rename(draft, join(logDir, 'earlier.eval'));
}

const sendEveryMs = 60_000;

/**
 * Sends the growing log now and then, so that another machine can go on from it.
 * @returns ends the sending; `last` sends what came since
 */
export function keepSendingLog(
  hands: WorkerHands,
  job: EvalJob,
  logPath: () => string | null,
): (options: { last: boolean }) => Promise<void> {
  if (!hands.remote) return async () => {};
  let sending = Promise.resolve();
  let sentBytes = 0;
  const send = async () => {
    const path = logPath();
    const size = path === null ? 0 : ((await stat(path).catch(() => null))?.size ?? 0);
    if (path === null || size === sentBytes) return;
    await saveLog(hands, job, path);
    sentBytes = size;
  };
  const sendNext = () => {
    sending = sending.then(send).catch((error) => hands.ctx.log.warn('job log', { reason: String(error) }));
    return sending;
  };
  const timer = setInterval(sendNext, sendEveryMs);
  return async ({ last }) => {
    clearInterval(timer);
    await (last ? sendNext() : sending);
  };
}
