import { newId } from '@assay/spec';
import { PgBoss } from 'pg-boss';
import type { Logger } from '../logger.ts';
import type { Jobs } from './jobs.ts';

/**
 * Jobs on pg-boss, in schema `pgboss` of the hub's database: leases, retries with growing pauses, schedules.
 * A `visit` may hand in jobs; it keeps no clock and no maintenance.
 */
export async function createPgBossJobs(
  url: string,
  log: Logger,
  purpose: 'serve' | 'visit' = 'serve',
): Promise<Jobs> {
  const serves = purpose === 'serve';
  const boss = new PgBoss({
    connectionString: url,
    schema: 'pgboss',
    max: 4,
    application_name: 'assay jobs',
    supervise: serves,
    schedule: serves,
  });
  boss.on('error', (error) => log.error('job queue', error));
  await boss.start();
  const made = new Map<string, Promise<void>>();
  const ensure = (queue: string) => {
    const known = made.get(queue);
    if (known !== undefined) return known;
    // `short`: at most one waiting job for a key, any number of running ones.
    const making = boss.createQueue(queue, {
      policy: 'short',
      retryLimit: 5,
      retryDelay: 2,
      retryBackoff: true,
    });
    made.set(queue, making);
    return making;
  };
  return {
    async work(queue, handle) {
      await ensure(queue);
      await boss.work<object>(queue, { pollingIntervalSeconds: 2, batchSize: 1 }, async (jobs) => {
        for (const job of jobs) await runJob(queue, job.data, handle, log);
      });
    },
    async send(queue, data, options = {}) {
      await ensure(queue);
      const singletonKey = options.key ?? newId();
      await boss.send(queue, data, { singletonKey, startAfter: options.delaySeconds ?? 0 });
    },
    async schedule(queue, cron, data = {}) {
      await ensure(queue);
      await boss.schedule(queue, cron, data, { tz: 'UTC' });
    },
    close: () => boss.stop({ graceful: true, timeout: 10_000 }),
  };
}

async function runJob(
  queue: string,
  data: object | null,
  handle: (data: object) => Promise<void>,
  log: Logger,
): Promise<void> {
  try {
    await handle(data ?? {});
  } catch (error) {
    log.error('job failed', error, { queue });
    throw error; // pg-boss tries again
  }
}
