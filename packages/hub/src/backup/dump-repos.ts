import { stat } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { writeBackupFile } from './backup-files.ts';
import type { BackupFile, Manifest, RepoDump } from './manifest.ts';
import { forEachOf, type OnProgress } from './progress.ts';

/** Child processes of git at once. */
const atOnce = 4;

/** Writes a pack for each repo: everything that the refs of the cut lead to, and nothing newer. */
export async function dumpRepos(
  ctx: HubContext,
  folder: string,
  refs: Map<string, Record<string, string>>,
  onProgress: OnProgress,
): Promise<Pick<Manifest, 'repos' | 'deleted'>> {
  const dumps: RepoDump[] = [];
  const deleted: string[] = [];
  const one = async ([id, refsOf]: [string, Record<string, string>]) => {
    const pack = await dumpPack(ctx, folder, id, Object.values(refsOf));
    if (pack === 'deleted') deleted.push(id);
    else dumps.push({ id, refs: refsOf, pack });
  };
  await forEachOf(refs, one, { atOnce, total: refs.size, stage: 'repos', onProgress });
  const lines = dumps.sort((a, b) => (a.id < b.id ? -1 : 1)).map((dump) => `${JSON.stringify(dump)}\n`);
  const file = await writeBackupFile(folder, 'repos.ndjson', toAsync(lines));
  return { repos: { ...file, count: dumps.length }, deleted };
}

async function dumpPack(
  ctx: HubContext,
  folder: string,
  id: string,
  tips: string[],
): Promise<BackupFile | null | 'deleted'> {
  if (tips.length === 0) return null;
  const dir = ctx.git.dir(id);
  if (!(await stat(dir).catch(() => null))) return goneOrThrow(ctx, id);
  const child = ctx.git.runner.spawn({
    dir,
    args: ['pack-objects', '--quiet', '--revs', '--stdout', '--delta-base-offset'],
  });
  // Read from the first moment on: what a child wrote that ended before anyone listened is thrown away.
  const packed = child.stdout.pipe(new PassThrough());
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  child.stdin.end([...new Set(tips)].map((tip) => `${tip}\n`).join(''));
  const file = await writeBackupFile(folder, `repos/${id.slice(0, 2)}/${id}.pack`, packed);
  if ((await ended) === 0) return file;
  if (!(await stat(dir).catch(() => null))) return goneOrThrow(ctx, id);
  throw new HubError('corrupt', `the objects of repo ${id} cannot be packed: ${said.trim()}`, {
    hint: `Run git fsck in ${dir}.`,
  });
}

/** A repo may be deleted while the backup runs; one whose files are missing otherwise is damaged. */
async function goneOrThrow(ctx: HubContext, id: string): Promise<'deleted'> {
  const row = await ctx.db.maybe('SELECT 1 FROM record.repos WHERE id = $1 AND deleted_at IS NULL', [id]);
  if (row) throw new HubError('corrupt', `repo ${id} has no files: ${ctx.git.dir(id)} is missing`);
  return 'deleted';
}

export async function* toAsync<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
