import { mkdir } from 'node:fs/promises';
import type { Peer } from './auth/authenticate.ts';
import { createFailureLimit } from './auth/failure-limit.ts';
import { ensureFirstAdministrator } from './auth/first-administrator.ts';
import { createOidcSignIn } from './auth/oidc-sign-in.ts';
import { assertNotRestoring } from './backup/restore-mark.ts';
import { openStores } from './blobs/open-stores.ts';
import { type DataPaths, toDataPaths } from './config/data-paths.ts';
import type { Config } from './config/load-config.ts';
import { startRedactions } from './contested/redact.ts';
import type { HubContext } from './context.ts';
import { ensureDerivedSchema, readDerivedSchema } from './db/derived-schema.ts';
import { migrate, readMigrations } from './db/migrate.ts';
import { openDatabase } from './db/open-database.ts';
import type { Db } from './db/sql.ts';
import { createGitStore } from './git/git-store.ts';
import { createApp } from './http/create-app.ts';
import { createCoverageFollower } from './index/follow-verdicts.ts';
import { fillIndex } from './index/reindex.ts';
import { scheduleSweep } from './index/sweep.ts';
import { createPgBossJobs } from './jobs/pg-boss-jobs.ts';
import { type Logger, silentLogger } from './logger.ts';
import { openMirrors } from './mirror/schedule.ts';
import { createDownloadCounter } from './repos/downloads.ts';
import { startMaintenance } from './repos/maintain-repo.ts';
import { openScratch } from './scratch.ts';
import { readSecretBox } from './secrets-key.ts';
import { readSigningKey } from './signing-key.ts';
import { openTransparencyLog } from './tlog/transparency-log.ts';
import { startDeliveries } from './webhooks/deliver.ts';

export interface Hub {
  context: HubContext;
  /** The whole hub as a function; never rejects. */
  fetch(request: Request, peer?: Peer): Promise<Response>;
  /** Key of the one-time link for the first administrator, while there is none. */
  setupKey: string | null;
  close(): Promise<void>;
}

export interface HubOptions {
  log?: Logger;
  clock?(): Date;
  /**
   * `visit`: a one-shot command beside a running hub. It runs no jobs, and makes no administrator. `work`: a worker, which
   * serves nobody but takes part in the queue.
   */
  purpose?: 'serve' | 'work' | 'visit';
}

/**
 * Opens everything a hub needs, in order, and closes it in reverse. Opens no port.
 * @throws HubError `in-use`, `schema-too-new`, `postgres-unavailable`; `corrupt` where a restore broke off
 */
export async function createHub(config: Config, options: HubOptions = {}): Promise<Hub> {
  const { log = silentLogger, clock = () => new Date(), purpose = 'serve' } = options;
  const paths = toDataPaths(config.dataDir);
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer();
  };
  try {
    await assertNotRestoring(paths.root);
    await makeFolders(paths);
    const database = await openDatabase(config, paths, log, purpose === 'serve' ? 'serve' : 'visit');
    closers.push(database.close);
    const { db, url } = database;
    const { rebuilt } = await prepareSchemas(db, log);
    const scratch = await openScratch(paths);
    closers.push(scratch.close);
    const git = await createGitStore({ reposDir: paths.repos, tmpDir: scratch.dir });
    closers.push(git.close);
    const { publicUrl } = config;
    const publishing = purpose === 'serve';
    const onPublished = createCoverageFollower(db);
    const tlog = await openTransparencyLog({
      db,
      dir: paths.tlog,
      publicUrl,
      log,
      publishing,
      onPublished,
      witnesses: config.witnesses,
    });
    closers.push(tlog.close);
    const jobs = await createPgBossJobs(url, log, purpose === 'visit' ? 'visit' : 'serve');
    closers.push(jobs.close);
    const { blobs, pieces, close: closeStores } = await openStores(config, paths, scratch.dir);
    closers.push(closeStores);
    const downloads = createDownloadCounter(db, log, clock);
    closers.push(downloads.close);
    const failures = createFailureLimit(config.loginFailuresPerMinute);
    const signingKey = await readSigningKey(db);
    const secrets = await readSecretBox(config.secretsKey, paths.root);
    const context: HubContext = {
      config,
      db,
      paths: { ...paths, tmp: scratch.dir },
      log,
      jobs,
      blobs,
      pieces,
      git,
      tlog,
      downloads,
      failures,
      oidc: createOidcSignIn(config),
      clock,
      signingKey,
      secrets,
    };
    if (rebuilt) await fillIndex(context);
    const setupKey = purpose === 'serve' ? await takeUpService(context) : null;
    if (purpose === 'serve') closers.push((await openMirrors(context)).close);
    const app = createApp(context);
    return { context, setupKey, close, fetch: async (request, peer) => app.fetch(request, peer) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What only the serving process does: mends what a crash left, starts the clock, answers the first administrator's key. */
async function takeUpService(context: HubContext): Promise<string | null> {
  await scheduleSweep(context);
  await startDeliveries(context);
  await startMaintenance(context);
  await startRedactions(context);
  return ensureFirstAdministrator(context.db, context.config.adminToken);
}

async function makeFolders(paths: DataPaths): Promise<void> {
  // Others may pass (PostgreSQL's own user must), nobody else may look.
  await mkdir(paths.root, { recursive: true, mode: 0o711 });
  for (const folder of [paths.repos, paths.blobs, paths.jobs, paths.tmp]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
}

async function prepareSchemas(db: Db, log: Logger): Promise<{ rebuilt: boolean }> {
  const { applied } = await migrate(db, await readMigrations());
  if (applied.length > 0) log.info('migrated', { migrations: applied.join(' ') });
  return ensureDerivedSchema(db, await readDerivedSchema());
}
