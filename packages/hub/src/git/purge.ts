import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { GitError } from './git-error.ts';
import type { GitRunner } from './git-process.ts';
import { syncFolder } from './migrate.ts';

/** What belongs to a pack beside its index and itself. */
const packParts = ['idx', 'pack', 'rev', 'bitmap', 'mtimes', 'keep'];

/**
 * Objects that `tips` lead to and neither a ref nor `kept` does. Tips and kept ones that are not here lead to nothing.
 * @throws GitError `git-failed`
 */
export async function listOnlyReachable(
  runner: GitRunner,
  dir: string,
  { tips, kept }: { tips: string[]; kept: string[] },
): Promise<string[]> {
  if (tips.length === 0) return [];
  const found: string[] = [];
  await eachReached(runner, dir, { tips, kept }, (oid) => found.push(oid));
  return found;
}

/** Those of some objects that a ref leads to. @throws GitError `git-failed` */
export async function listReachable(runner: GitRunner, dir: string, oids: string[]): Promise<string[]> {
  const asked = new Set(oids);
  const found: string[] = [];
  if (asked.size > 0)
    await eachReached(runner, dir, null, (oid) => {
      if (asked.has(oid)) found.push(oid);
    });
  return found;
}

/** Walks what refs lead to; or what `only.tips` do and neither refs nor `only.kept`. */
async function eachReached(
  runner: GitRunner,
  dir: string,
  only: { tips: string[]; kept: string[] } | null,
  take: (oid: string) => void,
): Promise<void> {
  const refs = only ? ['--not', '--all'] : ['--all'];
  const child = runner.spawn({
    dir,
    args: ['rev-list', '--objects', '--no-object-names', '--ignore-missing', '--stdin', ...refs],
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  child.stderr.resume();
  const named = [...(only?.tips ?? []), ...(only?.kept ?? []).map((oid) => `^${oid}`)];
  child.stdin.end(named.map((line) => `${line}\n`).join(''));
  for await (const oid of linesOf(child.stdout)) take(oid);
  const [code] = await closed;
  if (code !== 0) throw new GitError('git-failed', `git rev-list ended with ${code}`);
}

/** Every version that a file ever had in what refs and `tips` lead to. @throws GitError `git-failed` */
export async function listVersions(
  runner: GitRunner,
  dir: string,
  { path, tips }: { path: string; tips: string[] },
): Promise<string[]> {
  const { stdout } = await runner.run({
    dir,
    args: [
      ...['log', '--ignore-missing', '--all', '--stdin', '--format=', '--raw', '--no-abbrev', '--no-renames'],
      ...['-m', '--full-history'],
    ],
    input: `${tips.join('\n')}\n--\n:(literal)${path}\n`,
  });
  const oids = new Set<string>();
  for (const line of stdout.toString().split('\n')) {
    const [, old, now] = /^:\d+ \d+ ([0-9a-f]{40}) ([0-9a-f]{40}) /.exec(line) ?? [];
    for (const oid of [old, now]) if (oid !== undefined && !/^0+$/.test(oid)) oids.add(oid);
  }
  return [...oids];
}

/**
 * Takes objects out of a repo: loose ones are deleted, packs that hold some are written anew without them. The caller
 * holds the repo's lock, and no ref leads to any of them. Can be said again after an interruption.
 * @throws GitError `git-failed`
 */
export async function purgeObjects(runner: GitRunner, dir: string, oids: string[]): Promise<void> {
  const doomed = new Set(oids);
  const objects = join(dir, 'objects');
  await writePurgeMark(dir);
  // Both only speed reading up, and may name what goes.
  for (const index of ['pack/multi-pack-index', 'info/commit-graph', 'info/commit-graphs'])
    await rm(join(objects, index), { recursive: true, force: true });
  const packs = (await readdir(join(objects, 'pack'))).filter((name) => name.endsWith('.idx'));
  for (const name of packs) await rewritePack(runner, dir, name.slice(0, -'.idx'.length), doomed);
  for (const oid of doomed) await rm(join(objects, oid.slice(0, 2), oid.slice(2)), { force: true });
  await syncFolder(join(objects, 'pack'));
  await writePurgeMark(dir);
}

async function rewritePack(runner: GitRunner, dir: string, pack: string, doomed: Set<string>): Promise<void> {
  const folder = join(dir, 'objects/pack');
  const staying: string[] = [];
  let going = 0;
  for (const oid of await listPack(runner, dir, join(folder, `${pack}.idx`))) {
    if (doomed.has(oid)) going += 1;
    else staying.push(oid);
  }
  if (going === 0) return;
  if (staying.length > 0)
    await runner.run({
      dir,
      args: ['pack-objects', '-q', '--delta-base-offset', join(folder, 'pack')],
      input: `${staying.join('\n')}\n`,
    });
  await syncFolder(folder);
  // Without its index a pack counts for nothing, so the index goes first.
  for (const part of packParts) await rm(join(folder, `${pack}.${part}`), { force: true });
}

async function listPack(runner: GitRunner, dir: string, index: string): Promise<string[]> {
  const { stdout } = await runner.run({ dir, args: ['show-index'], input: createReadStream(index) });
  return stdout
    .toString()
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? []);
}

/** Changes whenever objects are taken out: a quarantine that was begun before may count on some that are gone. */
export async function readPurgeMark(dir: string): Promise<string> {
  return readFile(markOf(dir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

async function writePurgeMark(dir: string): Promise<void> {
  await writeFile(markOf(dir), randomBytes(12).toString('hex'), { flush: true });
}

const markOf = (dir: string) => join(dir, 'assay-purged');

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  for await (const line of createInterface({ input: stream })) if (line !== '') yield line;
}
