import { GitError } from './git-error.ts';
import { type GitRunner, unsyncedLoose } from './git-process.ts';

/** Packs with fewer objects become loose objects, bigger ones stay packs: git's own limit (receive.unpackLimit). */
const unpackLimit = 100;

export interface PackLimits {
  /** Bytes of one pack. */
  maxBytes: number;
}

/**
 * Stores a pack's objects in a repo, checked by git's fsck and completed where it is thin.
 * @throws GitError `bad-pack` when it is cut off, corrupt or against git's rules; `too-large`
 */
export async function storePack(
  runner: GitRunner,
  dir: string,
  pack: AsyncIterable<Uint8Array>,
  limits: PackLimits,
): Promise<void> {
  const { head, rest } = await readHead(pack);
  if (head.toString('latin1', 0, 4) !== 'PACK')
    throw new GitError('bad-pack', 'the pack does not begin with PACK');
  const limit = `--max-input-size=${limits.maxBytes}`;
  const args =
    head.readUInt32BE(8) < unpackLimit
      ? ['unpack-objects', '-q', '--strict', limit]
      : ['index-pack', '--stdin', '--fix-thin', '--strict', limit];
  // Loose objects are synced together, when they move into the repo.
  const env = unsyncedLoose;
  const { code, stderr } = await runner.run({ dir, args, env, input: rest, accept: [0, 1, 128] });
  if (code === 0) return;
  if (/exceeds maximum allowed size/.test(stderr)) {
    throw new GitError('too-large', `the pack is larger than ${limits.maxBytes} bytes`);
  }
  throw new GitError('bad-pack', firstLines(stderr) || 'the pack could not be unpacked');
}

/** The first 12 bytes (signature, version, number of objects) and a stream that still holds them. */
async function readHead(pack: AsyncIterable<Uint8Array>) {
  const iterator = pack[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < 12) {
    const next = await iterator.next();
    if (next.done) throw new GitError('bad-pack', 'the pack ends before its header does');
    head = Buffer.concat([head, next.value]);
  }
  async function* whole() {
    yield head as Uint8Array;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return { head, rest: whole() };
}

function firstLines(stderr: string): string {
  return stderr
    .replace(/^(fatal|error): /gm, '')
    .trim()
    .split('\n')
    .slice(0, 3)
    .join('; ');
}

/**
 * Walks all history that `tips` bring beyond `known`, to its last blob.
 * @param blobLimit bytes from which a blob counts as large
 * @returns oids of the large blobs on the way
 * @throws GitError `disconnected` when an object is missing
 */
export async function walkNewHistory(
  runner: GitRunner,
  dir: string,
  history: { tips: string[]; known: Iterable<string>; blobLimit: number },
): Promise<string[]> {
  const input = [...history.tips, ...[...history.known].map((oid) => `^${oid}`), ''].join('\n');
  const filter = [`--filter=blob:limit=${history.blobLimit}`, '--filter-print-omitted'];
  const args = ['rev-list', '--objects', '--quiet', ...filter, '--stdin'];
  const { code, stdout, stderr } = await runner.run({ dir, args, input, accept: [0, 128] });
  if (code !== 0) throw new GitError('disconnected', firstLines(stderr) || 'objects are missing');
  const lines = stdout.toString().split('\n');
  return lines.filter((line) => line.startsWith('~')).map((line) => line.slice(1));
}
