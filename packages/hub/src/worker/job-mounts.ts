import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { listBucketFiles } from '../buckets/bucket-files.ts';
import type { HubContext } from '../context.ts';
import type { CommandJob } from '../jobs/job.ts';

export interface JobMounts {
  mounts: { source: string; path: string }[];
  remove(): Promise<void>;
}

/** Copies the folders that a job mounts out of the hub's store, for its sandbox to show. Nobody else can read them. */
export async function makeMounts(ctx: HubContext, job: CommandJob): Promise<JobMounts> {
  const root = await mkdtemp(join(tmpdir(), 'assay-mounts-'));
  const remove = () => rm(root, { recursive: true, force: true });
  try {
    const mounts: JobMounts['mounts'] = [];
    for (const [at, volume] of job.spec.volumes.entries()) {
      const source = join(root, String(at));
      await mkdir(source);
      for (const file of await listBucketFiles(ctx.db, volume.bucketId, volume.path)) {
        const target = join(source, file.inner);
        await mkdir(dirname(target), { recursive: true });
        await pipeline(await ctx.blobs.open(file.sha256), createWriteStream(target, { mode: 0o644 }));
      }
      mounts.push({ source, path: volume.mountPath });
    }
    // A sandbox's user must pass; the name of the folder is not to be guessed, and others may not list it.
    await chmod(root, 0o711);
    return { mounts, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
