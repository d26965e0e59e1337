import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { GitError } from './git-error.ts';
import { type GitRunner, unsyncedLoose, write } from './git-process.ts';
import { pathFault } from './path-rules.ts';
import { type RootFiles, writeRootCommit } from './root-commit.ts';

/** One step of a commit made without a working tree. Steps are applied in order; later ones see earlier ones. */
export type Operation =
  | { kind: 'write'; path: string; content: Uint8Array }
  | { kind: 'link'; path: string; oid: string; mode: string } // a blob that is there already
  | { kind: 'delete'; path: string; what: 'file' | 'folder' | 'either' }
  | { kind: 'move'; from: string; to: string }
  | { kind: 'copy'; from: string; to: string };

export interface Author {
  name: string;
  email: string;
}

export interface NewCommit {
  /** Null makes a first commit. */
  parent: string | null;
  operations: Iterable<Operation> | AsyncIterable<Operation>;
  author: Author;
  message: string;
  date: Date;
}

/** Files of a first commit, and bytes of each, up to which git is not needed. */
const maxRootFiles = 8;
const maxRootBytes = 64 * 1024;

/**
 * Writes blobs, trees and one commit through a single `git fast-import`, holding one operation in memory at a time; the
 * small first commit of a repo without it.
 * @returns the commit's oid
 * @throws GitError `bad-path`, `path-missing`; whatever the operations' source throws. Nothing points at what was
 * written by then.
 */
export async function writeCommit(runner: GitRunner, dir: string, commit: NewCommit): Promise<string> {
  const files = toRootFiles(commit);
  if (files) return writeRootCommit(dir, files, `${signature(commit)}\n${messageOf(commit)}`);
  const child = runner.spawn({
    dir,
    args: ['fast-import', '--quiet', '--done', '--force', '--depth=0', '--date-format=raw'],
    // Loose objects are synced together, when they move into the repo.
    env: unsyncedLoose,
  });
  const closed = once(child, 'close') as Promise<[number]>;
  closed.catch(() => {}); // awaited below, perhaps only after it has failed
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const session: Session = {
    send: (chunk) => write(child, chunk),
    async ask(command) {
      await write(child, command);
      const line = await lines.next();
      if (line.done)
        throw new GitError('git-failed', `git fast-import ended: ${errors.join('').slice(0, 500)}`);
      return line.value;
    },
    folders: new Set(),
  };
  try {
    await session.send(head(commit));
    for await (const operation of commit.operations) await apply(session, operation);
    const oid = await session.ask('\nget-mark :1\n');
    await session.send('done\n');
    child.stdin.end();
    const [code] = await closed;
    if (code !== 0) throw new GitError('git-failed', `git fast-import: ${errors.join('').slice(0, 500)}`);
    return oid;
  } catch (error) {
    child.kill('SIGKILL');
    await closed.catch(() => {});
    throw error;
  }
}

interface Session {
  send(chunk: string | Uint8Array): Promise<void>;
  /** Sends a command that answers with one line. */
  ask(command: string): Promise<string>;
  /** Folders known to be folders, so that each is looked at once. */
  folders: Set<string>;
}

/** The files of a first commit that holds a few of the root and nothing else; null for every other commit. */
function toRootFiles({ parent, operations }: NewCommit): RootFiles | null {
  if (parent !== null || !Array.isArray(operations) || operations.length > maxRootFiles) return null;
  const files: RootFiles = new Map();
  for (const operation of operations as Operation[]) {
    if (operation.kind !== 'write' || operation.path.includes('/') || pathFault(operation.path)) return null;
    if (operation.content.byteLength > maxRootBytes) return null;
    files.set(operation.path, operation.content);
  }
  return files.size > 0 ? files : null;
}

function signature({ author, date }: NewCommit): string {
  const who = `${identityPart(author.name)} <${identityPart(author.email)}>`;
  const when = `${Math.floor(date.getTime() / 1000)} +0000`;
  return `author ${who} ${when}\ncommitter ${who} ${when}\n`;
}

function messageOf({ message }: NewCommit): string {
  return message.endsWith('\n') ? message : `${message}\n`;
}

function head(commit: NewCommit): string {
  const message = messageOf(commit);
  const from = commit.parent ? `from ${commit.parent}\n` : '';
  const data = `data ${Buffer.byteLength(message)}\n${message}\n`;
  return `commit refs/heads/new\nmark :1\n${signature(commit)}${data}${from}`;
}

/** Git's commit header has no way to write `<`, `>` and line ends inside a name. */
export function identityPart(text: string): string {
  return text.replace(/[<>\u0000-\u001f\u007f]/g, '').trim() || 'unknown';
}

async function apply(session: Session, operation: Operation): Promise<void> {
  if (operation.kind === 'write') {
    const mode = await assertWritable(session, operation.path);
    const size = operation.content.byteLength;
    await session.send(`M ${mode} inline ${quote(operation.path)}\ndata ${size}\n`);
    await session.send(operation.content);
    await session.send('\n');
  } else if (operation.kind === 'link') {
    await assertWritable(session, operation.path);
    await session.send(`M ${operation.mode} ${operation.oid} ${quote(operation.path)}\n`);
  } else if (operation.kind === 'delete') {
    await assertPresent(session, operation.path, operation.what);
    await session.send(`D ${quote(operation.path)}\n`);
    session.folders.clear(); // the folder may be gone, and its parents with it
  } else {
    await assertPresent(session, operation.from, 'either');
    await assertWritable(session, operation.to);
    const letter = operation.kind === 'move' ? 'R' : 'C';
    await session.send(`${letter} ${quote(operation.from)} ${quote(operation.to)}\n`);
    session.folders.clear();
  }
}

type Found = { mode: string; folder: boolean } | null;

async function find(session: Session, path: string): Promise<Found> {
  const line = await session.ask(`ls ${quote(path)}\n`);
  const match = /^(\d{6}) (blob|tree|commit) /.exec(line);
  return match ? { mode: match[1]!, folder: match[2] === 'tree' } : null;
}

/** The mode to write with: an executable file stays one. */
async function assertWritable(session: Session, path: string): Promise<string> {
  const fault = pathFault(path);
  if (fault) throw new GitError('bad-path', `the path "${path}" ${fault}`);
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const folder = path.slice(0, at);
    if (session.folders.has(folder)) continue;
    const found = await find(session, folder);
    if (found && !found.folder)
      throw new GitError('bad-path', `"${path}": "${folder}" is a file, not a folder`);
    session.folders.add(folder);
  }
  const found = await find(session, path);
  if (found?.folder)
    throw new GitError('bad-path', `"${path}" is a folder: delete it first to put a file there`);
  return found?.mode === '100755' ? '100755' : '100644';
}

async function assertPresent(
  session: Session,
  path: string,
  what: 'file' | 'folder' | 'either',
): Promise<void> {
  const found = pathFault(path) ? null : await find(session, path);
  if (found && (what === 'either' || found.folder === (what === 'folder'))) return;
  throw new GitError('path-missing', `there is no ${what === 'either' ? 'file or folder' : what} "${path}"`);
}

function quote(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&')}"`;
}
