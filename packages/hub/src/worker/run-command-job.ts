import { beginAttempt, endJob, openSecrets } from '../jobs/change-job.ts';
import { flavorOf } from '../jobs/hardware.ts';
import type { CommandJob } from '../jobs/job.ts';
import { appendLines } from '../jobs/job-lines.ts';
import { createRedactor } from '../jobs/redact.ts';
import { makeMounts } from './job-mounts.ts';
import { createLineBuffer } from './line-buffer.ts';
import type { SandboxEnd, SandboxOrder } from './sandbox/sandbox.ts';
import { type StopReason, watchAttempt } from './watch-attempt.ts';
import { type WorkerHands, WorkerStopping } from './worker-hands.ts';

const mib = 1024 * 1024;

/**
 * Does one attempt of a user's command, in the worker's sandbox.
 * @throws WorkerStopping when the worker stops meanwhile and the job may be begun again
 */
export async function runCommandJob(hands: WorkerHands, jobId: string): Promise<void> {
  const { ctx, sandbox } = hands;
  const job = await beginAttempt(ctx, jobId, hands.id);
  if (job?.kind !== 'command' || !sandbox) return;
  const secrets = await openSecrets(ctx, jobId);
  const redact = createRedactor(Object.values(secrets));
  const lines = createLineBuffer((texts) => appendLines(ctx.db, jobId, texts.map(redact)));
  try {
    if (job.attempts > job.spec.attempts)
      return void (await endJob(
        ctx,
        jobId,
        'ERROR',
        'its worker went silent, and it may not be begun again',
      ));
    lines.add(`===== Job started at ${ctx.clock().toISOString()} =====`);
    const mounts = await makeMounts(ctx, job);
    try {
      const order = toOrder(hands, job, { secrets, mounts: mounts.mounts, line: (text) => lines.add(text) });
      const attempted = await attempt(hands, job, order);
      await lines.flush();
      await settle(hands, job, attempted);
    } finally {
      await mounts.remove();
    }
  } finally {
    await lines.close();
  }
}

function toOrder(
  { ctx, hubUrl }: WorkerHands,
  job: CommandJob,
  more: { secrets: Record<string, string>; mounts: SandboxOrder['mounts']; line(text: string): void },
): SandboxOrder {
  const { config } = ctx;
  const { image, command, environment, flavor } = job.spec;
  const { cores, memory } = flavorOf(config, flavor)!;
  return {
    id: job.id,
    image,
    command,
    environment: {
      JOB_ID: job.id,
      ACCELERATOR: 'none',
      CPU_CORES: String(cores),
      MEMORY: `${Math.round(memory / mib)}Mi`,
      ...environment,
      ...more.secrets,
    },
    mounts: more.mounts,
    limits: {
      memory,
      disk: config.jobsDiskMib * mib,
      processes: config.jobsProcesses,
      cpuSeconds: config.jobsCpuSeconds,
    },
    hubUrl,
    allowedHosts: config.jobsAllowedHosts,
    line: more.line,
  };
}

interface Attempted {
  end: SandboxEnd;
  reason: StopReason | null;
}

async function attempt(hands: WorkerHands, job: CommandJob, order: SandboxOrder): Promise<Attempted> {
  const run = await hands.sandbox!.start(order);
  const deadline = new Date((job.startedAt ?? new Date()).getTime() + job.timeoutSeconds * 1000);
  const fence = { jobId: job.id, attempt: job.attempts };
  const watch = watchAttempt(hands, fence, { deadline, progress: () => null, stop: () => run.kill() });
  const end = await run.ended;
  await watch.close();
  return { end, reason: watch.reason() };
}

async function settle({ ctx }: WorkerHands, job: CommandJob, { end, reason }: Attempted): Promise<void> {
  if (reason === 'lost') return;
  if (reason === 'worker stops' && job.attempts < job.spec.attempts)
    throw new WorkerStopping('the worker stops');
  const finish = (stage: 'COMPLETED' | 'CANCELED' | 'ERROR', message: string | null) =>
    endJob(ctx, job.id, stage, message, job.attempts);
  if (reason === 'worker stops') await finish('ERROR', 'its worker was stopped');
  else if (reason === 'cancelled') await finish('CANCELED', 'cancelled');
  else if (reason === 'timed out')
    await finish('ERROR', `stopped after ${job.timeoutSeconds} seconds, its time`);
  else if (end.code === 0) await finish('COMPLETED', null);
  else await finish('ERROR', `${end.how ? `${end.how}; ` : ''}exit code ${end.code ?? 'none'}`);
}
