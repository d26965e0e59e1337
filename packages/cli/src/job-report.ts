import type { Job } from '@assay/client';
import { toTextTable } from './text-table.ts';

/** A job as lines of facts. */
export function describeJob(job: Job, endpoint: string): string {
  const { progress, outcome, queuePosition, attempts } = job.assay;
  const work = job.assay.eval;
  const facts: [string, string | null][] = [
    ['Job', `${endpoint}/jobs/${job.owner.name}/${job.id}`],
    ['Stage', job.status.message ? `${job.status.stage} (${job.status.message})` : job.status.stage],
    ['Queue', queuePosition === null ? null : `place ${queuePosition}`],
    ['Task', work?.task ?? null],
    ['Model', work ? `${work.model} at ${work.provider}, for ${work.repo}` : null],
    ['Command', work ? null : `${job.dockerImage}: ${job.command.join(' ')}`],
    ['Attempts', attempts > 1 ? String(attempts) : null],
    ['Samples', toSamples(job)],
    ['Progress', progress ? `${progress.done} of ${progress.total}, ${progress.tokens} tokens` : null],
    ['Value', outcome.value === undefined ? null : String(outcome.value)],
    ['Cost', outcome.costUsd === undefined ? null : `$${outcome.costUsd}`],
    ['Evidence', outcome.evidence ? `${endpoint}/evidence/${outcome.evidence}` : null],
    ['Statement', outcome.statement ?? null],
    [
      'In the log',
      outcome.publishedSize ? `covered by the checkpoint of size ${outcome.publishedSize}` : null,
    ],
    [
      'Pull request',
      outcome.pullRequest && work ? `${endpoint}/${work.repo}/discussions/${outcome.pullRequest}` : null,
    ],
  ];
  return toTextTable(facts.flatMap(([name, text]) => (text === null ? [] : [[name, text]])));
}

function toSamples({ assay: { outcome, eval: work } }: Job): string | null {
  if (outcome.samples === undefined) return null;
  return work?.limit === undefined
    ? String(outcome.samples)
    : `${outcome.samples} (the first ${work.limit} only)`;
}

/** Jobs as a table, newest first. */
export function describeJobs(jobs: Job[]): string {
  if (jobs.length === 0) return 'No jobs.';
  return toTextTable([
    ['ID', 'STAGE', 'WHAT', 'HOW FAR', 'CREATED'],
    ...jobs.map((job) => {
      const { progress, queuePosition, eval: work } = job.assay;
      const far =
        queuePosition !== null
          ? `place ${queuePosition}`
          : progress
            ? `${progress.done}/${progress.total}`
            : '';
      const what = work ? `${work.task} ${work.model}` : job.command.join(' ').slice(0, 60);
      return [job.id, job.status.stage, what, far, job.createdAt.slice(0, 16).replace('T', ' ')];
    }),
  ]);
}
