import type { Tx } from '../db/sql.ts';

/** Work that happens beside requests. Jobs are kept in the database: a crash loses none. */
export interface Jobs {
  /**
   * Declares what does the jobs of a queue, in this process; `handle` may throw, the job is then tried again.
   * @param atOnce jobs that this process does side by side
   */
  work(queue: string, handle: (data: object) => Promise<void>, options?: { atOnce?: number }): Promise<void>;
  /** Takes no more jobs of a queue, and waits for none. */
  rest(queue: string): Promise<void>;
  /**
   * Hands in one job. With `key`, a second one with the same key is dropped while the first still waits. With `tx`, it
   * is handed in if, and only if, that transaction commits. `retries` goes before the queue's own.
   */
  send(
    queue: string,
    data: object,
    options?: { key?: string; delaySeconds?: number; tx?: Tx; retries?: number },
  ): Promise<void>;
  /** Hands in a job again and again; `cron` has five fields, UTC. Idempotent; the last call of a queue wins. */
  schedule(queue: string, cron: string, data?: object): Promise<void>;
  close(): Promise<void>;
}
