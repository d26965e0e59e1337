import { newId } from '@assay/spec';
import { PgBoss } from 'pg-boss';
import type { Tx } from '../db/sql.ts';
import type { Logger } from '../logger.ts';
import type { Jobs } from './jobs.ts';
import { rulesOf } from './queue-rules.ts';

/** How often dead workers are looked for. */
const lookSeconds = 5;

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
    superviseIntervalSeconds: lookSeconds,
    monitorIntervalSeconds: lookSeconds,
  });
  boss.on('error', (error) => log.error('job queue', error));
  await boss.start();
  const made = new Map<string, Promise<void>>();
  const ensure = (queue: string): Promise<void> => {
    const known = made.get(queue);
    if (known !== undefined) return known;
    const making = makeQueue(boss, queue, ensure);
    made.set(queue, making);
    return making;
  };
  return {
    async work(queue, handle, { atOnce = 1 } = {}) {
      await ensure(queue);
      const options = { pollingIntervalSeconds: atOnce > 1 ? 1 : 2, batchSize: 1, localConcurrency: atOnce };
      await boss.work<object>(queue, options, async (jobs) => {
        for (const job of jobs) await runJob(queue, job.data, handle, log);
      });
    },
    async rest(queue) {
      await boss.offWork(queue, { wait: false });
    },
    async send(queue, data, { key, delaySeconds = 0, tx, retries } = {}) {
      await ensure(queue);
      const options = {
        singletonKey: key ?? newId(),
        startAfter: delaySeconds,
        ...(retries !== undefined && { retryLimit: retries }),
      };
      await boss.send(queue, data, tx ? { ...options, db: toBossDatabase(tx) } : options);
    },
    async schedule(queue, cron, data = {}) {
      await ensure(queue);
      await boss.schedule(queue, cron, data, { tz: 'UTC' });
    },
    close: () => boss.stop({ graceful: true, timeout: 10_000 }),
  };
}

/** `short`: at most one waiting job for a key, any number of running ones. */
async function makeQueue(
  boss: PgBoss,
  queue: string,
  ensure: (name: string) => Promise<void>,
): Promise<void> {
  const { retries, heartbeatSeconds, expireSeconds, deadLetter } = rulesOf(queue);
  if (deadLetter) await ensure(deadLetter);
  await boss.createQueue(queue, {
    policy: 'short',
    retryLimit: retries,
    retryDelay: 2,
    retryBackoff: heartbeatSeconds === undefined,
    ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
    ...(expireSeconds === undefined ? {} : { expireInSeconds: expireSeconds }),
    ...(deadLetter === undefined ? {} : { deadLetter }),
  });
}

/** pg-boss asks through the transaction that is handed to it. */
function toBossDatabase(tx: Tx): {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: object[] }>;
} {
  return { executeSql: async (text, values) => ({ rows: await tx.query<object>(text, values) }) };
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
