import { type LfsPointer, maxPointerSize, toPointer } from '../lfs/pointer.ts';
import type { ObjectSource } from './cat-file.ts';
import { GitError } from './git-error.ts';
import { type EntryType, type TreeRow, toTreeRows } from './objects.ts';

export interface TreeEntry extends TreeRow {
  /** From the repo's root, without a leading slash. */
  path: string;
  type: EntryType;
}

interface FileFacts {
  /** Bytes of the content: for a large file the content's, not its pointer's. 0 for folders and submodules. */
  size: number;
  /** Set for files kept outside git. */
  lfs?: LfsPointer & { pointerSize: number };
}

export type SizedEntry = TreeEntry & FileFacts;

export interface WalkOptions {
  recursive?: boolean;
  /** Start behind this path, which must be an entry of the same walk. */
  after?: string;
}

/** How to reach a process that reads objects; asked again for every request because processes come and go. */
export type ReadObjects = () => ObjectSource;

/** @throws GitError `object-missing` when it is no tree of this repo. */
export async function readTree(read: ReadObjects, name: string): Promise<TreeRow[]> {
  const found = await read().contents(name);
  if (found?.type !== 'tree') throw new GitError('object-missing', `there is no tree ${name.slice(0, 40)}`);
  return toTreeRows(found.bytes);
}

/** The entry at a path; null when there is none. The root itself has no entry. */
export async function findEntry(read: ReadObjects, commit: string, path: string): Promise<TreeEntry | null> {
  const names = path.split('/');
  let tree = `${commit}^{tree}`;
  for (const [depth, name] of names.entries()) {
    const row = (await readTree(read, tree)).find((one) => one.name === name);
    if (!row) return null;
    if (depth === names.length - 1) return { ...row, path };
    if (row.type !== 'directory') return null;
    tree = row.oid;
  }
  return null;
}

/**
 * The entries below a folder (`''` is the root) in git's order; a folder comes before what it holds.
 * @throws GitError `path-missing` when the path is not a folder of that commit.
 */
export async function* walkTree(
  read: ReadObjects,
  commit: string,
  path: string,
  options: WalkOptions = {},
): AsyncGenerator<TreeEntry> {
  let tree = `${commit}^{tree}`;
  if (path !== '') {
    const folder = await findEntry(read, commit, path);
    if (folder?.type !== 'directory') throw new GitError('path-missing', `there is no folder "${path}"`);
    tree = folder.oid;
  }
  const prefix = path === '' ? '' : `${path}/`;
  const after = options.after?.startsWith(prefix) ? options.after.slice(prefix.length).split('/') : [];
  yield* walkRows(read, { tree, prefix, recursive: options.recursive ?? false }, after);
}

interface Level {
  tree: string;
  prefix: string;
  recursive: boolean;
}

async function* walkRows(read: ReadObjects, level: Level, after: string[]): AsyncGenerator<TreeEntry> {
  const rows = await readTree(read, level.tree);
  const from = after.length > 0 ? rows.findIndex((row) => row.name === after[0]) : 0;
  for (const [index, row] of rows.entries()) {
    if (index < from) continue;
    const seen = after.length > 0 && index === from;
    const path = level.prefix + row.name;
    if (!seen) yield { ...row, path };
    if (row.type === 'directory' && level.recursive) {
      yield* walkRows(read, { ...level, tree: row.oid, prefix: `${path}/` }, seen ? after.slice(1) : []);
    }
  }
}

/** Facts never change for an oid, so one table serves all repos; it forgets its oldest half when full. */
const knownFacts = new Map<string, FileFacts>();
const maxKnownFacts = 50_000;

/** Sizes and large-file pointers of many entries, asked for side by side. */
export async function withFacts(read: ReadObjects, entries: TreeEntry[]): Promise<SizedEntry[]> {
  const facts = await Promise.all(entries.map((entry) => factsOf(read, entry)));
  return entries.map((entry, index) => ({ ...entry, ...facts[index]! }));
}

async function factsOf(read: ReadObjects, entry: TreeEntry): Promise<FileFacts> {
  if (entry.type === 'directory' || entry.type === 'submodule') return { size: 0 };
  const known = knownFacts.get(entry.oid);
  if (known) return known;
  const facts = await readFacts(read, entry.oid);
  if (knownFacts.size >= maxKnownFacts) {
    for (const oid of [...knownFacts.keys()].slice(0, maxKnownFacts / 2)) knownFacts.delete(oid);
  }
  knownFacts.set(entry.oid, facts);
  return facts;
}

async function readFacts(read: ReadObjects, oid: string): Promise<FileFacts> {
  const info = await read().info(oid);
  if (!info) throw new GitError('object-missing', `there is no blob ${oid}`);
  if (info.size >= maxPointerSize || info.size < 100) return { size: info.size };
  const found = await read().contents(oid);
  const pointer = found && toPointer(found.bytes);
  return pointer ? { size: pointer.size, lfs: { ...pointer, pointerSize: info.size } } : { size: info.size };
}
