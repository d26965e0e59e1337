/**
 * The hall: the only long-running process. Owns people, repos, their refs, discussions, the index and the boards made
 * from it, and the paths under which clients reach them. Promises that nothing is visible before it is validated, and
 * that who wrote reads it back. Never runs a model, and never calls a score verified that no checkpoint covers.
 */
export { writeBackup } from './backup/backup.ts';
export type { BackupProgress } from './backup/progress.ts';
export { restoreBackup } from './backup/restore.ts';
export { toDataPaths } from './config/data-paths.ts';
export { configKeys } from './config/keys.ts';
export { type Config, type ConfigOverrides, describeConfig, loadConfig } from './config/load-config.ts';
export type { HubContext } from './context.ts';
export { type HubCode, HubError } from './errors.ts';
export { isHubPath } from './http/hub-paths.ts';
export { type Listening, type ListenOptions, listen } from './http/server.ts';
export { createHub, type Hub, type HubOptions } from './hub.ts';
export { type Difference, formatDifference } from './index/differences.ts';
export { reindex } from './index/reindex.ts';
export { createLogger, type Logger, silentLogger, withoutSecrets } from './logger.ts';
export { startJobs, startWorker, type Worker } from './worker/worker.ts';
