import { GitError } from './git-error.ts';
import type { GitRunner } from './git-process.ts';
import { isOid, isRefName } from './ref-names.ts';

/** HTTP alone, and nowhere but where it was sent. */
const transport = [
  'protocol.http.allow=always',
  'protocol.https.allow=always',
  'http.followRedirects=false',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=60',
];

/** Old histories have faults that harm nobody; what could (`.git` in a path, and the like) is refused all the same. */
const forgiven = [
  'zeroPaddedFilemode',
  'badTimezone',
  'badDate',
  'badDateOverflow',
  'zeroPaddedDate',
  'missingSpaceBeforeDate',
  'missingSpaceBeforeEmail',
  'missingNameBeforeEmail',
  'missingEmail',
  'badEmail',
].map((fault) => `fetch.fsck.${fault}=ignore`);

const withSettings = (settings: string[]) => settings.flatMap((setting) => ['-c', setting]);

/**
 * Branches, tags and pull requests of a remote repo: ref -> oid (of annotated tags the tag object). Refs of other kinds,
 * and names that git would refuse, are left out.
 * @throws GitError `git-failed`
 */
export async function listRemoteRefs(
  runner: GitRunner,
  dir: string,
  url: string,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const args = [...withSettings(transport), 'ls-remote', '--quiet', '--refs', '--', url];
  const { stdout } = await runner.run({ dir, args, signal });
  const refs = new Map<string, string>();
  for (const line of stdout.toString().split('\n')) {
    const [oid = '', ref = ''] = line.split('\t');
    if (isOid(oid) && isRefName(ref) && /^refs\/(heads|tags|pr)\//.test(ref)) refs.set(ref, oid);
  }
  return refs;
}

/**
 * Brings objects of a remote repo, whole history, into a repo; what is there already is not sent again. Makes no ref.
 * @throws GitError `git-failed`, also for objects against git's rules
 */
export async function fetchObjects(
  runner: GitRunner,
  dir: string,
  remote: { url: string; oids: Iterable<string>; signal: AbortSignal },
): Promise<void> {
  const flags = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--stdin'];
  const args = [...withSettings([...transport, ...forgiven]), 'fetch', ...flags, '--', remote.url];
  const input = [...new Set(remote.oids), ''].join('\n');
  await runner.run({ dir, args, input, signal: remote.signal });
}

/** A file as a commit brought it in. */
export interface ArrivedFile {
  commit: string;
  path: string;
  oid: string;
}

/** Every file version that commits reachable from `tips`, and not from `known`, brought in; streamed, each version once a commit. */
export async function* walkArrivals(
  runner: GitRunner,
  dir: string,
  { tips, known }: { tips: string[]; known: string[] },
): AsyncGenerator<ArrivedFile> {
  const shape = [
    '--raw',
    '-z',
    '-m',
    '--root',
    '--no-renames',
    '--no-abbrev',
    '--diff-filter=AMT',
    '--format=%x01%H',
  ];
  const child = runner.spawn({ dir, args: ['log', ...shape, '--stdin'] });
  child.stdin.end([...tips, ...known.map((oid) => `^${oid}`), ''].join('\n'));
  child.stderr.resume();
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  try {
    yield* readRaw(child.stdout);
    const code = await ended;
    if (code !== 0) throw new GitError('git-failed', `git log ended with ${code}`);
  } finally {
    child.kill('SIGKILL');
  }
}

/** With -z: `\1COMMIT`, then `:modes oids status` and `path` in turn, each ended by NUL. */
async function* readRaw(stream: AsyncIterable<Buffer>): AsyncGenerator<ArrivedFile> {
  let commit = '';
  let oid: string | null = null;
  let isFile = false;
  for await (const part of splitAtNul(stream)) {
    if (oid !== null) {
      if (isFile) yield { commit, path: part, oid };
      oid = null;
    } else if (part.startsWith('\u0001')) {
      commit = part.slice(1);
    } else {
      const [, mode = '', , after = ''] = part.trimStart().split(' ');
      [oid, isFile] = [after, mode.startsWith('100')];
    }
  }
}

async function* splitAtNul(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of stream) {
    let from = 0;
    for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, at)]).toString('utf8');
      rest = [];
      from = at + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
}
