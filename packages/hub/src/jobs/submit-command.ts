import { setTimeout as sleep } from 'node:timers/promises';
import { findAccount } from '../auth/accounts.ts';
import type { Actor } from '../auth/actor.ts';
import { findBucket } from '../buckets/bucket.ts';
import { assertPath } from '../buckets/bucket-files.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { flavorOf, listFlavors } from './hardware.ts';
import { insertJob } from './insert-job.ts';
import type { Job, JobVolume } from './job.ts';
import type { CommandOrder } from './read-order.ts';

/**
 * Puts a user's command into the queue, if there is a worker with a sandbox that can run its image.
 * @throws HubError `sandbox-missing` with the reason, `invalid-input`, `quota-exceeded`
 */
export async function submitCommand(
  ctx: HubContext,
  actor: Actor,
  ownerId: string,
  order: CommandOrder,
): Promise<Job> {
  await assertSandbox(ctx, order.image);
  if (!flavorOf(ctx.config, order.flavor)) {
    const names = listFlavors(ctx.config).map((flavor) => flavor.name);
    throw new HubError('invalid-input', `this hub has no hardware "${order.flavor.slice(0, 60)}"`, {
      hint: `It has: ${names.join(', ')}`,
    });
  }
  const { image, command, environment, flavor, attempts, secrets, labels, timeoutSeconds } = order;
  const volumes = await Promise.all(order.volumes.map((volume) => findVolume(ctx, ownerId, volume)));
  const spec = { image, command, environment, flavor, attempts, volumes };
  return insertJob(ctx, {
    kind: 'command',
    spec,
    ownerId,
    initiator: actor,
    secrets,
    labels,
    timeoutSeconds,
  });
}

interface LiveWorker {
  sandbox: string | null;
  problem: string | null;
  images: string[] | null;
}

/** A hub that has just started is still looking for a sandbox of its own. */
const startingAttempts = 25;
const startingPauseMs = 200;

async function findWorkers(ctx: HubContext): Promise<LiveWorker[]> {
  for (let attempt = 1; ; attempt += 1) {
    const workers = await ctx.db.query<LiveWorker>(
      `SELECT sandbox, sandbox_problem AS problem, images FROM record.workers
        WHERE stopped_at IS NULL AND seen_at > now() - interval '30 seconds'`,
    );
    if (workers.length > 0 || attempt === startingAttempts) return workers;
    await sleep(startingPauseMs);
  }
}

async function assertSandbox(ctx: HubContext, image: string): Promise<void> {
  const workers = await findWorkers(ctx);
  const able = workers.filter((worker) => worker.sandbox !== null);
  if (able.length === 0) {
    const reasons = [...new Set(workers.map((worker) => worker.problem ?? 'no sandbox'))];
    throw new HubError('sandbox-missing', 'this hub runs no commands of users', {
      hint: reasons.length > 0 ? reasons.join('; ') : 'No worker is running.',
    });
  }
  if (able.some((worker) => worker.images === null || worker.images.includes(image))) return;
  const known = [...new Set(able.flatMap((worker) => worker.images ?? []))];
  throw new HubError('sandbox-missing', `this hub has no tools for the image "${image.slice(0, 100)}"`, {
    hint: `Images: ${known.join(', ')}. An administrator adds others in the file ASSAY_JOBS_IMAGES names.`,
  });
}

/** Only an account's own buckets: a job sees what its owner sees, and no more. */
async function findVolume(
  ctx: HubContext,
  ownerId: string,
  volume: CommandOrder['volumes'][number],
): Promise<JobVolume> {
  const [namespace = '', name = ''] = volume.source.split('/');
  const owner = await findAccount(ctx.db, namespace);
  const bucket = owner?.id === ownerId ? await findBucket(ctx.db, ownerId, name) : null;
  if (!bucket)
    throw new HubError('invalid-input', `there is no bucket ${volume.source.slice(0, 200)} of this account`);
  if (volume.path !== '') assertPath(volume.path);
  return { type: 'bucket', bucketId: bucket.id, ...volume };
}
