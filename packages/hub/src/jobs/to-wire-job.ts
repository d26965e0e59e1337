import { toWireDate } from '@assay/spec';
import type { Job, JobOutcome, JobProgress } from './job.ts';

/** A job as the Hub's clients read it; `assay` holds what only ours know. */
export interface WireJob {
  id: string;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  dockerImage: string | null;
  spaceId: null;
  command: string[];
  arguments: string[];
  environment: Record<string, string>;
  /** Names only. */
  secrets: string[];
  flavor: string;
  labels: Record<string, string>;
  timeout: number;
  volumes: object[];
  status: { stage: string; message: string | null };
  owner: { id: string; name: string; type: string };
  initiator: { id: string; name: string; type: string };
  durations: { schedulingSecs: number; runningSecs: number; totalSecs: number };
  assay: {
    kind: Job['kind'];
    attempts: number;
    queuePosition: number | null;
    progress: JobProgress | null;
    outcome: Omit<JobOutcome, 'draft'>;
    cancelRequested: boolean;
    eval?: { task: string; model: string; provider: string; repo: string; limit?: number };
  };
}

export function toWireJob(job: Job, queuePosition: number | null, now: Date): WireJob {
  const { owner, initiator } = job;
  return {
    id: job.id,
    createdAt: toWireDate(job.createdAt),
    startedAt: job.startedAt && toWireDate(job.startedAt),
    finishedAt: job.finishedAt && toWireDate(job.finishedAt),
    ...toWireWork(job),
    arguments: [],
    secrets: job.secretNames,
    labels: job.labels,
    timeout: job.timeoutSeconds,
    status: { stage: job.stage, message: job.message },
    owner: { id: owner.id, name: owner.name, type: owner.kind },
    initiator: { id: initiator.id, name: initiator.name, type: initiator.kind },
    durations: toDurations(job, now),
    assay: {
      kind: job.kind,
      attempts: job.attempts,
      queuePosition,
      progress: job.progress,
      outcome: withoutDraft(job.outcome),
      cancelRequested: job.cancelRequestedAt !== null,
      ...(job.kind === 'eval' ? { eval: toWireEval(job.spec) } : {}),
    },
  };
}

function withoutDraft({ draft: _, ...outcome }: JobOutcome): Omit<JobOutcome, 'draft'> {
  return outcome;
}

function toWireWork(
  job: Job,
): Pick<WireJob, 'dockerImage' | 'spaceId' | 'command' | 'environment' | 'flavor' | 'volumes'> {
  if (job.kind === 'command') {
    const { image, command, environment, flavor, volumes } = job.spec;
    const mounted = volumes.map(({ bucketId: _, ...volume }) => ({ ...volume, readOnly: true }));
    return { dockerImage: image, spaceId: null, command, environment, flavor, volumes: mounted };
  }
  const { task, model, repo } = job.spec;
  const command = ['assay', 'eval', task, '--model', model, '--repo', repo];
  return {
    dockerImage: 'assay/engine',
    spaceId: null,
    command,
    environment: {},
    flavor: 'cpu-basic',
    volumes: [],
  };
}

function toWireEval(spec: Extract<Job, { kind: 'eval' }>['spec']): NonNullable<WireJob['assay']['eval']> {
  const { task, model, provider, repo, limit } = spec;
  return { task, model, provider, repo, ...(limit === undefined ? {} : { limit }) };
}

function toDurations(job: Job, now: Date): WireJob['durations'] {
  const end = job.finishedAt ?? now;
  const seconds = (from: Date, to: Date) => Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000));
  return {
    schedulingSecs: seconds(job.createdAt, job.startedAt ?? end),
    runningSecs: job.startedAt ? seconds(job.startedAt, end) : 0,
    totalSecs: seconds(job.createdAt, end),
  };
}
