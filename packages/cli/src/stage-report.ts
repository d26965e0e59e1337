import type { BackupProgress } from '@assay/hub';
import type { Surroundings } from './surroundings.ts';

const words: Record<BackupProgress['stage'], string> = {
  record: 'tables of the record',
  repos: 'repos',
  blobs: 'large files',
};
/** Between two lines of one stage. */
const pauseMs = 5_000;

/** Tells on stderr how far a backup or restore is: a line as a stage begins and ends, and every few seconds between. */
export function createStageReport(surroundings: Surroundings): (progress: BackupProgress) => void {
  let last = { stage: '', at: 0 };
  return ({ stage, done, total }) => {
    const now = Date.now();
    if (stage === last.stage && done < total && now - last.at < pauseMs) return;
    last = { stage, at: now };
    surroundings.writeError(`${done}/${total} ${words[stage]}\n`);
  };
}
