import type { ObjectSource } from './cat-file.ts';
import { GitError } from './git-error.ts';
import type { GitRunner } from './git-process.ts';
import { type CommitInfo, toCommitInfo } from './objects.ts';
import type { ReadObjects } from './tree-walk.ts';

export interface LogOptions {
  skip?: number;
  /** Commits at most. */
  limit: number;
  /** Only commits that touch this path. */
  path?: string;
  /** Leave out what these commits reach. */
  not?: string[];
}

/** @throws GitError `object-missing` */
export async function readCommit(cat: ObjectSource, oid: string): Promise<CommitInfo> {
  const found = await cat.contents(`${oid}^{commit}`);
  if (found?.type !== 'commit')
    throw new GitError('object-missing', `there is no commit ${oid.slice(0, 40)}`);
  return toCommitInfo(found.oid, found.bytes);
}

/** Commits reachable from an oid, newest first. */
export async function readLog(
  runner: GitRunner,
  dir: string,
  read: ReadObjects,
  oid: string,
  options: LogOptions,
) {
  const tips = ['--end-of-options', oid, ...(options.not ?? []).map((one) => `^${one}`)];
  const args = ['rev-list', `--skip=${options.skip ?? 0}`, `--max-count=${options.limit}`, ...tips, '--'];
  if (options.path) args.push(`:(literal)${options.path}`);
  const { stdout } = await runner.run({ dir, args });
  const oids = stdout.toString().split('\n').filter(Boolean);
  return Promise.all(oids.map((one) => readCommit(read(), one)));
}

export async function countCommits(runner: GitRunner, dir: string, oid: string): Promise<number> {
  const { stdout } = await runner.run({ dir, args: ['rev-list', '--count', '--end-of-options', oid, '--'] });
  return Number(stdout);
}

/** Names of the refs whose history holds one of some commits. */
export async function findRefsWith(runner: GitRunner, dir: string, commits: string[]): Promise<string[]> {
  if (commits.length === 0) return [];
  const args = ['for-each-ref', '--format=%(refname)', ...commits.map((oid) => `--contains=${oid}`)];
  return (await runner.run({ dir, args })).stdout.toString().split('\n').filter(Boolean);
}

/** The best common ancestor; null when two histories share nothing. */
export async function findMergeBase(
  runner: GitRunner,
  dir: string,
  a: string,
  b: string,
): Promise<string | null> {
  const { stdout } = await runner.run({
    dir,
    args: ['merge-base', '--end-of-options', a, b],
    accept: [0, 1],
  });
  return stdout.toString().trim() || null;
}

/**
 * The oid of the newest commit that changed each path (a file, or anything below a folder), in one walk that stops
 * as soon as every path has its answer.
 */
export async function findLastChanges(runner: GitRunner, dir: string, oid: string, paths: string[]) {
  const wanted = new Set(paths);
  const found = new Map<string, string>();
  if (wanted.size === 0) return found;
  const child = runner.spawn({
    dir,
    args: [
      'log',
      '--format=%x01%H',
      '--name-only',
      '--no-renames',
      '--root',
      '-c',
      '-z',
      '--end-of-options',
      oid,
      '--',
    ],
  });
  child.stdin.end();
  child.stderr.resume();
  let commit = '';
  for await (const field of splitAtZero(child.stdout)) {
    const start = field.indexOf('\u0001');
    if (start >= 0) commit = field.slice(start + 1, start + 41);
    const path = (start >= 0 ? field.slice(start + 41) : field).replace(/^\n+/, '');
    for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1)) {
      const prefix = path.slice(0, at);
      if (wanted.delete(prefix)) found.set(prefix, commit);
    }
    if (wanted.size === 0) break;
  }
  child.kill('SIGKILL');
  return found;
}

async function* splitAtZero(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let at = rest.indexOf(0); at >= 0; at = rest.indexOf(0, from)) {
      yield rest.toString('utf8', from, at);
      from = at + 1;
    }
    rest = rest.subarray(from);
  }
  if (rest.length > 0) yield rest.toString('utf8');
}

export interface DiffText {
  /** Unified diff with renames found. */
  text: string;
  /** Whether it was cut at the limit. */
  truncated: boolean;
}

/** What changed from one commit to another, as `git diff` prints it. @param limit bytes of text at most */
export async function readDiff(
  runner: GitRunner,
  dir: string,
  from: string,
  to: string,
  limit: number,
): Promise<DiffText> {
  const args = [
    'diff-tree',
    '-p',
    '-r',
    '-M',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--end-of-options',
    from,
    to,
  ];
  const { stdout, truncated } = await runner.run({ dir, args, maxOutput: limit });
  return { text: stdout.toString('utf8'), truncated };
}

/** What each ref holds: for an annotated tag the tag object, not the commit it names. Sorted by name. */
export async function readRefs(runner: GitRunner, dir: string): Promise<Map<string, string>> {
  const { stdout } = await runner.run({ dir, args: ['for-each-ref', '--format=%(objectname) %(refname)'] });
  const lines = stdout.toString().split('\n').filter(Boolean);
  return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
}

/** A blob as a stream, for blobs too big to hold. */
export async function* streamBlob(runner: GitRunner, dir: string, oid: string): AsyncGenerator<Uint8Array> {
  const child = runner.spawn({ dir, args: ['cat-file', 'blob', oid] });
  child.stdin.end();
  child.stderr.resume();
  try {
    for await (const chunk of child.stdout) yield chunk;
  } finally {
    child.kill('SIGKILL');
  }
}
