import { standingIn } from '../auth/access.ts';
import { findAccount } from '../auth/accounts.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';

/** The Hub's words for how far a job is. */
export type JobStage = 'SCHEDULING' | 'RUNNING' | 'COMPLETED' | 'CANCELED' | 'ERROR';
export const jobStages = ['SCHEDULING', 'RUNNING', 'COMPLETED', 'CANCELED', 'ERROR'] as const;

/** An evaluation that ends as a result. */
export interface EvalSpec {
  /** `hf/ORG/NAME/TASK[@REVISION]`. */
  task: string;
  /** The model as its provider calls it. */
  model: string;
  /** Name of an endpoint, or of whatever an administrator's own base URL is. */
  provider: string;
  modelBaseUrl: string;
  /** Dollars for a million tokens, as the endpoint's administrator says; what a ceiling on the cost is counted with. */
  usdPerMillionTokens?: number;
  /** `ns/name` of the model repo, and the ids of both repos, as they were when the job was made. */
  repo: string;
  modelRepoId: string;
  datasetRepoId: string;
  /** First samples only. */
  limit?: number;
  /** Calls under way at once, at most. */
  connections?: number;
  maxTokens?: number;
  maxCostUsd?: number;
}

/** A command of a user, in an image. */
export interface CommandSpec {
  image: string;
  command: string[];
  environment: Record<string, string>;
  flavor: string;
  /** How often it may be begun. */
  attempts: number;
  volumes: JobVolume[];
}

export interface JobVolume {
  type: 'bucket';
  /** `ns/name` as asked, and its id. */
  source: string;
  bucketId: string;
  mountPath: string;
  /** Folder of the bucket; empty: all of it. */
  path: string;
}

/** How far an evaluation is. */
export interface JobProgress {
  done: number;
  total: number;
  errors: number;
  reused: number;
  rate: number;
  remaining: number | null;
  tokens: number;
}

/** What came of an evaluation. */
export interface JobOutcome {
  /** Log of an unfinished run, as a worker elsewhere sent it last. */
  draft?: string;
  evidence?: string;
  value?: number;
  /** Samples that were scored. */
  samples?: number;
  statement?: string;
  pullRequest?: number;
  costUsd?: number;
  /** The transparency log's size when a published checkpoint covered the statement. */
  publishedSize?: number;
}

interface Holder {
  id: string;
  name: string;
  kind: 'user' | 'org';
}

interface JobFacts {
  id: string;
  seq: number;
  owner: Holder;
  initiator: Holder;
  secretNames: string[];
  labels: Record<string, string>;
  timeoutSeconds: number;
  stage: JobStage;
  message: string | null;
  attempts: number;
  workerId: string | null;
  progress: JobProgress | null;
  outcome: JobOutcome;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  cancelRequestedAt: Date | null;
}

export type EvalJob = JobFacts & { kind: 'eval'; spec: EvalSpec };
export type CommandJob = JobFacts & { kind: 'command'; spec: CommandSpec };
export type Job = EvalJob | CommandJob;

/** For `SELECT ${jobSelect} WHERE …`; the job is `j`. The sealed secrets are not among its columns. */
export const jobSelect = `j.id, j.seq, j.kind, j.spec, j.secret_names AS "secretNames", j.labels,
  j.timeout_seconds AS "timeoutSeconds", j.stage, j.message, j.attempts, j.worker_id AS "workerId", j.progress, j.outcome,
  j.created_at AS "createdAt", j.started_at AS "startedAt", j.finished_at AS "finishedAt",
  j.cancel_requested_at AS "cancelRequestedAt",
  jsonb_build_object('id', o.id, 'name', o.name, 'kind', o.kind) AS owner,
  jsonb_build_object('id', i.id, 'name', i.name, 'kind', i.kind) AS initiator
  FROM record.jobs j JOIN record.accounts o ON o.id = j.owner_id JOIN record.accounts i ON i.id = j.initiator_id`;

/** The job of this id, or null. Asks no rights. */
export function findJob(sql: Sql, id: string): Promise<Job | null> {
  return sql.maybe<Job>(`SELECT ${jobSelect} WHERE j.id = $1`, [id]);
}

export function isOver(job: Pick<Job, 'stage'>): boolean {
  return job.stage === 'COMPLETED' || job.stage === 'CANCELED' || job.stage === 'ERROR';
}

/**
 * The account whose jobs these are, when the actor belongs to it.
 * @param need `write` to make, cancel and label jobs
 * @throws HubError `login-required`, `forbidden`; `not-found` for strangers
 */
export async function requireJobOwner(
  ctx: HubContext,
  asking: Actor | null,
  namespace: string,
  need: 'read' | 'write',
): Promise<{ actor: Actor; owner: Holder }> {
  if (!asking) throw new HubError('login-required', 'jobs need a token or a login');
  const owner = await findAccount(ctx.db, namespace);
  const standing = owner && (await standingIn(ctx.db, asking, owner.id));
  if (!owner || (standing === null && !asking.isAdmin))
    throw new HubError('not-found', `there are no jobs of ${namespace}, or you may not see them`);
  if (need === 'read') return { actor: asking, owner };
  if (asking.role !== 'write')
    throw new HubError('forbidden', 'this token may only read; use one with the role write');
  if (standing === 'read' && !asking.isAdmin)
    throw new HubError('forbidden', `your role in ${owner.name} may look at jobs, not run them`);
  return { actor: asking, owner };
}

/** The job, when the actor belongs to its namespace. @throws HubError as {@link requireJobOwner} */
export async function requireJob(
  ctx: HubContext,
  actor: Actor | null,
  at: { namespace: string; id: string },
  need: 'read' | 'write' = 'read',
): Promise<Job> {
  const { owner } = await requireJobOwner(ctx, actor, at.namespace, need);
  const job = /^[0-9a-f]{24}$/.test(at.id) ? await findJob(ctx.db, at.id) : null;
  if (job && job.owner.id === owner.id) return job;
  throw new HubError('not-found', `there is no job ${at.id.slice(0, 40)} of ${owner.name}`);
}
