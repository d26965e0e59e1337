import type { Job } from '@assay/client';

/** What a job does, in a line, and with what. */
export function toWork(job: Pick<Job, 'assay' | 'command' | 'dockerImage'>): {
  title: string;
  detail: string;
} {
  const { eval: run } = job.assay;
  if (!run) return { title: job.command.join(' ').slice(0, 120), detail: job.dockerImage ?? '' };
  const [name = ''] = run.task.replace(/^hf\//, '').split('@');
  const limit = run.limit === undefined ? '' : `, first ${run.limit} samples`;
  return { title: name, detail: `${run.model} at ${run.provider}, for ${run.repo}${limit}` };
}

/** Commit at which an evaluation reads its benchmark. */
export function toCommit(task: string): string | null {
  return /@([0-9a-f]{40})$/.exec(task)?.[1] ?? null;
}
