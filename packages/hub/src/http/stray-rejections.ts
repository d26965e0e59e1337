import type { Logger } from '../logger.ts';

/**
 * Keeps the process alive when a promise fails that nobody waits for, and says so in the log. Pages and routes work on
 * what strangers wrote: one fault among their promises must cost one answer, not the whole hub.
 * @returns takes it back
 */
export function surviveStrayRejections(log: Logger): () => void {
  const tell = (reason: unknown) => log.error('a promise failed that nobody waited for', reason);
  process.on('unhandledRejection', tell);
  return () => void process.off('unhandledRejection', tell);
}
