import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HubError } from '../errors.ts';
import type { GitStore } from '../git/git-store.ts';
import { assertBackupFile, readBackupFile, readJsonLines } from './backup-files.ts';
import type { Manifest, RepoDump } from './manifest.ts';
import { forEachOf, type OnProgress } from './progress.ts';

/** Child processes of git at once. */
const atOnce = 4;

/** Makes all repos of a backup. Git checks every object, and that each pack holds all its refs lead to. */
export async function loadRepos(
  git: GitStore,
  backup: { folder: string; manifest: Manifest },
  onProgress: OnProgress,
): Promise<void> {
  const { folder, manifest } = backup;
  await assertBackupFile(folder, manifest.repos);
  const dumps = readJsonLines<RepoDump>(folder, manifest.repos);
  await forEachOf(dumps, (dump) => loadRepo(git, folder, dump), {
    atOnce,
    total: manifest.repos.count,
    stage: 'repos',
    onProgress,
  });
}

async function loadRepo(git: GitStore, folder: string, { id, refs, pack }: RepoDump): Promise<void> {
  await git.init(id);
  if (!pack) return;
  const args = ['index-pack', '--stdin', '--strict', '--check-self-contained-and-connected'];
  const child = git.runner.spawn({ dir: git.dir(id), args });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  child.stdout.resume();
  await pipeline(Readable.from(readBackupFile(folder, pack)), child.stdin).catch(async (error: unknown) => {
    if (error instanceof HubError) throw error;
    await ended; // git said why, and reads no more
  });
  if ((await ended) !== 0) throw new HubError('corrupt', `the pack of repo ${id} is damaged: ${said.trim()}`);
  const input = Object.entries(refs)
    .map(([ref, oid]) => `create ${ref} ${oid}\n`)
    .join('');
  await git.runner.run({ dir: git.dir(id), args: ['update-ref', '--stdin'], input });
}
