import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createToken, deleteToken } from '../auth/tokens.ts';
import { beginAttempt, endJob, noteMessage, openSecrets } from '../jobs/change-job.ts';
import { listEndpoints, readEndpointKey } from '../jobs/endpoints.ts';
import type { EvalJob, JobProgress } from '../jobs/job.ts';
import { appendLines } from '../jobs/job-lines.ts';
import { jobQueues } from '../jobs/queue-rules.ts';
import { createRedactor } from '../jobs/redact.ts';
import { type EvalEnding, startEvalChild } from './eval-child.ts';
import type { EvalNews, EvalOrder } from './eval-messages.ts';
import { fetchEarlier, keepSendingLog, saveLog } from './job-log.ts';
import { createLineBuffer, type LineBuffer } from './line-buffer.ts';
import type { FinishedEval } from './publish-job.ts';
import { type StopReason, watchAttempt } from './watch-attempt.ts';
import { type WorkerHands, WorkerStopping } from './worker-hands.ts';

/** Milliseconds between two lines about progress in a job's output. */
const sayEveryMs = 5_000;

/**
 * Does one attempt of an evaluation: runs the engine in a process of its own, and hands what it leaves to be published.
 * @throws WorkerStopping when the worker stops meanwhile; another attempt goes on from the log
 */
export async function runEvalJob(hands: WorkerHands, jobId: string): Promise<void> {
  const { ctx } = hands;
  const job = await beginAttempt(ctx, jobId, hands.id);
  if (job?.kind !== 'eval') return;
  const secrets = await openSecrets(ctx, jobId);
  const keys = await collectKeys(hands, job, secrets);
  const token = await createToken(ctx.db, job.initiator.id, {
    displayName: `job ${jobId}`,
    // The files of this benchmark, and nothing else of what its owner may see.
    role: 'fineGrained',
    scopes: {
      everywhere: [],
      gated: true,
      places: [{ id: job.spec.datasetRepoId, permissions: ['read'] }],
    },
    expiresAt: new Date(Date.now() + (job.timeoutSeconds + 600) * 1000),
  });
  const redact = createRedactor([...Object.values(secrets), ...Object.values(keys), token.secret]);
  const lines = createLineBuffer((texts) => appendLines(ctx.db, jobId, texts.map(redact)));
  try {
    lines.add(`===== Job started at ${ctx.clock().toISOString()} =====`);
    if (job.attempts > 1)
      lines.add(`attempt ${job.attempts}: the worker before this one went silent or stopped`);
    const order = await toOrder(hands, job, { keys, token: token.secret });
    const { ending, reason } = await attemptEval(hands, job, { order, say: (text) => lines.add(text) });
    await settle(hands, job, { ending, reason, redact, lines });
  } finally {
    await lines.close();
    await deleteToken(ctx.db, job.initiator.id, token.id);
  }
}

/**
 * The keys of the models: the job's own secrets, then those of the administrator's endpoints. Addresses are never taken
 * from secrets: where a call goes is not the user's to say.
 */
async function collectKeys(
  { ctx }: WorkerHands,
  job: EvalJob,
  secrets: Record<string, string>,
): Promise<Record<string, string>> {
  const keys: Record<string, string> = {};
  const own = await findEndpointKey(ctx, job);
  if (own !== undefined) keys[`${toVariable(job.spec.provider)}_API_KEY`] = own;
  for (const [name, value] of Object.entries(secrets)) {
    if (!name.endsWith('_BASE_URL')) keys[name] = value;
  }
  return keys;
}

/** The endpoint's key goes only to the address it was given for. */
async function findEndpointKey(ctx: WorkerHands['ctx'], job: EvalJob): Promise<string | undefined> {
  const endpoint = (await listEndpoints(ctx)).find((one) => one.name === job.spec.provider);
  return endpoint?.baseUrl === job.spec.modelBaseUrl ? readEndpointKey(ctx, endpoint.name) : undefined;
}

function toVariable(provider: string): string {
  return provider.toUpperCase().replaceAll('-', '_');
}

async function toOrder(
  hands: WorkerHands,
  job: EvalJob,
  { keys, token }: { keys: Record<string, string>; token: string },
): Promise<EvalOrder> {
  const { ctx, hubUrl } = hands;
  const { task, model, provider, modelBaseUrl, limit, connections } = job.spec;
  const folder = join(ctx.paths.jobs, job.id);
  const logDir = join(folder, 'logs');
  const cacheDir = join(folder, 'files');
  for (const dir of [logDir, cacheDir]) await mkdir(dir, { recursive: true, mode: 0o700 });
  await fetchEarlier(hands, job, logDir);
  const places = Object.fromEntries(
    (await listEndpoints(ctx)).map((one) => [`${toVariable(one.name)}_BASE_URL`, one.baseUrl]),
  );
  const { inspectPackage } = ctx.config;
  return {
    task,
    model: `openai-api/${provider}/${model}`,
    modelBaseUrl,
    logDir,
    cacheDir,
    hub: { url: hubUrl, token },
    keys,
    places,
    ...(limit === undefined ? {} : { limit }),
    ...(connections === undefined ? {} : { connections }),
    ...(inspectPackage === undefined ? {} : { inspectPackage }),
  };
}

interface Attempted {
  ending: EvalEnding;
  reason: StopReason | null;
}

async function attemptEval(
  hands: WorkerHands,
  job: EvalJob,
  { order, say }: { order: EvalOrder; say(text: string): void },
): Promise<Attempted> {
  let progress: JobProgress | null = null;
  let said = '';
  let saidAt = 0;
  let logPath: string | null = null;
  const hear = (news: EvalNews) => {
    if (news.kind === 'note') say(news.text);
    if (news.kind !== 'progress') return;
    progress = toJobProgress(news.progress);
    logPath = news.progress.logPath;
    if (costsTooMuch(job, progress)) watch.stop('cost');
    const text = describeProgress(progress);
    if (text === said || (Date.now() - saidAt < sayEveryMs && progress.done < progress.total)) return;
    [said, saidAt] = [text, Date.now()];
    say(text);
  };
  const child = startEvalChild(order, { news: hear, line: say });
  const deadline = new Date((job.startedAt ?? new Date()).getTime() + job.timeoutSeconds * 1000);
  const attempt = { jobId: job.id, attempt: job.attempts };
  const watch = watchAttempt(hands, attempt, {
    deadline,
    progress: () => progress,
    stop: () => child.stop(),
  });
  const stopSending = keepSendingLog(hands, job, () => logPath);
  const ending = await child.ended;
  await stopSending({ last: ending.kind !== 'end' || ending.status !== 'success' });
  await watch.close();
  return { ending, reason: watch.reason() };
}

function toJobProgress(news: Extract<EvalNews, { kind: 'progress' }>['progress']): JobProgress {
  const { done, total, errors, reused, rate, remaining, tokens } = news;
  return { done, total, errors, reused, rate, remaining, tokens };
}

function describeProgress({ done, total, errors, tokens }: JobProgress): string {
  return `${done} of ${total} samples${errors > 0 ? `, ${errors} failed` : ''}, ${tokens} tokens`;
}

/** By tokens where a job names a ceiling of them, by the endpoint's price where it has one. */
function costsTooMuch({ spec }: EvalJob, { tokens }: JobProgress): boolean {
  if (spec.maxTokens !== undefined && tokens > spec.maxTokens) return true;
  const cost = toCost(spec, tokens);
  return cost !== undefined && spec.maxCostUsd !== undefined && cost > spec.maxCostUsd;
}

function toCost(spec: EvalJob['spec'], tokens: number): number | undefined {
  const { usdPerMillionTokens: price } = spec;
  return price === undefined ? undefined : Number(((tokens * price) / 1e6).toFixed(6));
}

async function settle(
  hands: WorkerHands,
  job: EvalJob,
  { ending, reason, redact, lines }: Attempted & { redact(text: string): string; lines: LineBuffer },
): Promise<void> {
  const { ctx } = hands;
  if (reason === 'lost') return;
  if (reason === 'worker stops') {
    lines.add('the worker stops; the job goes back into the queue');
    throw new WorkerStopping('the worker stops');
  }
  const end = async (stage: 'CANCELED' | 'ERROR', message: string) => {
    lines.add(message);
    await lines.flush();
    return endJob(ctx, job.id, stage, redact(message), job.attempts);
  };
  if (reason === 'cancelled')
    return void (await end('CANCELED', 'cancelled; what was finished is in the log'));
  if (reason === 'timed out')
    return void (await end('ERROR', `stopped after ${job.timeoutSeconds} seconds, the time it was given`));
  if (reason === 'cost') return void (await end('ERROR', 'stopped at the ceiling on its cost'));
  // A process that died without a word may have been killed for memory: the next attempt goes on from the log.
  if (ending.kind === 'died') throw new Error(`the evaluation died: ${ending.how}`);
  if (ending.kind === 'refused')
    return void (await end('ERROR', `the evaluation could not be run: ${ending.message}`));
  if (ending.status !== 'success')
    return void (await end(
      'ERROR',
      `the evaluation ended with ${ending.status}: ${ending.error ?? 'no reason given'}`,
    ));
  lines.add('all samples are done; the log is being published');
  await lines.flush();
  await handOver(hands, job, ending.logPath);
}

async function handOver(hands: WorkerHands, job: EvalJob, logPath: string): Promise<void> {
  const { ctx } = hands;
  const { digest } = await saveLog(hands, job, logPath);
  await noteMessage(ctx, job.id, 'publishing');
  const finished: FinishedEval = {
    jobId: job.id,
    attempt: job.attempts,
    workerId: hands.id,
    digest,
    finishedAt: ctx.clock().toISOString(),
  };
  await ctx.jobs.send(jobQueues.publish, finished, { key: job.id });
}
