import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { openSecrets } from './change-job.ts';
import { insertJob } from './insert-job.ts';
import type { Job } from './job.ts';

/**
 * Puts the same work into the queue once more. Secrets go with a job when it ends, so a finished job that had some
 * cannot be repeated.
 * @throws HubError `conflict`, `quota-exceeded`
 */
export async function duplicateJob(ctx: HubContext, actor: Actor, job: Job): Promise<Job> {
  const secrets = await openSecrets(ctx, job.id);
  if (Object.keys(secrets).length < job.secretNames.length) {
    throw new HubError('conflict', 'the secrets of this job were taken away when it ended', {
      hint: 'Make a new job, and give them again.',
    });
  }
  const { labels, timeoutSeconds } = job;
  const work = job.kind === 'eval' ? { kind: job.kind, spec: job.spec } : { kind: job.kind, spec: job.spec };
  return insertJob(ctx, {
    ownerId: job.owner.id,
    initiator: actor,
    secrets,
    labels,
    timeoutSeconds,
    ...work,
  } as Parameters<typeof insertJob>[1]);
}
