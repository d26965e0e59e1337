import type { Job, JobLine } from '@assay/client';

/** Lines kept on a page; older ones are in the log that the hub gives. */
const MOST_LINES = 1_000;

/** A job that goes on on the page as it goes on on the hub. */
export interface LiveJob {
  readonly job: Job;
  readonly lines: JobLine[];
  /** Begins to follow; answers what ends it. Only where there is a browser. */
  follow(): () => void;
}

export function createLiveJob(first: { job: Job; lines: JobLine[] }): LiveJob {
  let job = $state.raw(first.job);
  let lines = $state.raw(first.lines);
  return {
    get job() {
      return job;
    },
    get lines() {
      return lines;
    },
    follow() {
      const last = () => lines.at(-1)?.n ?? 0;
      const source = new EventSource(`/api/jobs/${job.owner.name}/${job.id}/events?after=${last()}`);
      source.addEventListener('job', ({ data }: MessageEvent<string>) => {
        job = JSON.parse(data) as Job;
        // The hub ends the stream with the job; a browser would ask again.
        if (job.finishedAt) source.close();
      });
      source.addEventListener('line', ({ data }: MessageEvent<string>) => {
        const line = JSON.parse(data) as JobLine;
        // A stream that broke is sent again from where it began.
        if (line.n > last()) lines = [...lines, line].slice(-MOST_LINES);
      });
      return () => source.close();
    },
  };
}
