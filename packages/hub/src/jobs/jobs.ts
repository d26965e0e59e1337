/** Work that happens beside requests. Jobs are kept in the database: a crash loses none. */
export interface Jobs {
  /** Declares what does the jobs of a queue, in this process; `handle` may throw, the job is then tried again. */
  work(queue: string, handle: (data: object) => Promise<void>): Promise<void>;
  /** Hands in one job. With `key`, a second one with the same key is dropped while the first still waits. */
  send(queue: string, data: object, options?: { key?: string; delaySeconds?: number }): Promise<void>;
  /** Hands in a job again and again; `cron` has five fields, UTC. Idempotent; the last call of a queue wins. */
  schedule(queue: string, cron: string, data?: object): Promise<void>;
  close(): Promise<void>;
}
