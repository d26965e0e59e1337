import type { JobStage } from '@assay/client';

/** How far a job is, in words for readers, and the look of the badge that says so. */
export const STAGES: Record<JobStage, { label: string; look: string }> = {
  SCHEDULING: { label: 'waiting', look: 'draft' },
  RUNNING: { label: 'running', look: 'open' },
  COMPLETED: { label: 'completed', look: 'correct' },
  CANCELED: { label: 'cancelled', look: 'plain' },
  ERROR: { label: 'failed', look: 'error' },
};
