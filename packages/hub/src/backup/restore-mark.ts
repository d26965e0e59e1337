import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from '../errors.ts';

/** A file of the data folder that is there while a backup is being restored into it. */
export const restoreMark = 'restoring';

/** @throws HubError `corrupt` when a restore did not come to its end here */
export async function assertNotRestoring(root: string): Promise<void> {
  if (!(await stat(join(root, restoreMark)).catch(() => null))) return;
  throw new HubError('corrupt', `a restore into ${root} has not come to its end`, {
    hint: 'Run the same assay restore again; it begins anew.',
  });
}
