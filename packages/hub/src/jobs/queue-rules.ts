/** How pg-boss treats the jobs of a queue. */
export interface QueueRules {
  /** How often a job is tried again after its first attempt. */
  retries: number;
  /** A worker that is silent for so long is taken for dead, and its job is given to another. None: no heartbeat. */
  heartbeatSeconds?: number;
  /** Longest time one attempt may take. */
  expireSeconds?: number;
  /** Queue for jobs whose retries are used up. */
  deadLetter?: string;
}

/** Evaluations; commands of users; what turns a finished evaluation into a result; jobs that no worker survived. */
export const jobQueues = {
  eval: 'eval-job',
  command: 'command-job',
  publish: 'publish-job',
  dead: 'dead-job',
} as const;

/** Messages to webhooks, and those that are given up. */
export const webhookQueues = { send: 'webhook-message', dead: 'webhook-given-up' } as const;

/** The longest a job may be allowed to take: pg-boss lets no lease last longer than a day. */
export const maxTimeoutSeconds = 23 * 3600;
/** pg-boss takes no less. */
const heartbeatSeconds = 10;
const beside: QueueRules = { retries: 5 };

const rules: Record<string, QueueRules> = {
  [jobQueues.eval]: {
    retries: 10,
    heartbeatSeconds,
    expireSeconds: maxTimeoutSeconds + 600,
    deadLetter: jobQueues.dead,
  },
  // A command has effects that nobody can take back, and no log to go on from: it is tried once unless asked otherwise.
  [jobQueues.command]: {
    retries: 10,
    heartbeatSeconds,
    expireSeconds: maxTimeoutSeconds + 600,
    deadLetter: jobQueues.dead,
  },
  // How often, each message says itself: an operator sets it.
  [webhookQueues.send]: { retries: 8, expireSeconds: 120, deadLetter: webhookQueues.dead },
  [jobQueues.publish]: { retries: 10, heartbeatSeconds, expireSeconds: 3600, deadLetter: jobQueues.dead },
};

/** Finishes a redaction whose process died: by a worker that may die too. */
export const redactionQueue = 'redaction';
rules[redactionQueue] = { retries: 10, heartbeatSeconds, expireSeconds: 3600 };

export function rulesOf(queue: string): QueueRules {
  return rules[queue] ?? beside;
}
