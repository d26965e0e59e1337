import type { CatFile, ObjectContents, ObjectSource } from './cat-file.ts';
import { readLoose } from './loose-objects.ts';
import { readRefFile } from './ref-files.ts';
import type { SmallFiles } from './small-files.ts';

/** `name`, `name^{commit}` or `name^{tree}`, where the name is a full oid, a full ref or HEAD. */
const simpleName = /^([0-9a-f]{40}|HEAD|refs\/[^^~:@{\\\s]+)(?:\^\{(commit|tree)\})?$/;

/** Commits and trees that one reader keeps at hand, and bytes of each: a question about a repo reads the same few over and over. */
const maxKept = 256;
const maxKeptBytes = 64 * 1024;
/** What a name that begins so stands for never changes. */
const fixedName = /^[0-9a-f]{40}(?:\^|$)/;

interface ObjectPlace {
  /** Where refs and HEAD lie. */
  dir: string;
  /** `objects` folders; the first one that has an object answers. */
  folders: readonly string[];
  files: SmallFiles;
}

/**
 * Answers from the repo's own files where that is plain: a loose object by its oid or by a ref, and that there is no such
 * ref. All else (packs, tags, large objects, objects that are missing) goes to `git cat-file`, whose process is started
 * only then.
 */
export function createObjectSource(
  { dir, folders, files }: ObjectPlace,
  process: () => CatFile,
): ObjectSource {
  const kept = new Map<string, ObjectContents>();
  const keep = (name: string, found: ObjectContents | null) => {
    const worth = found !== null && (found.type === 'commit' || found.type === 'tree');
    if (worth && found.size <= maxKeptBytes && kept.size < maxKept) kept.set(name, found);
    return found;
  };
  const readFile = async (oid: string) => kept.get(oid) ?? keep(oid, await readLoose(files, folders, oid));
  /** Null: git is to be asked. `none`: there is no such ref. */
  const find = async (name: string): Promise<ObjectContents | 'none' | null> => {
    const [, root = '', peel] = simpleName.exec(name) ?? [];
    if (root === '' || root.includes('..')) return null;
    const isName = root.includes('/') || root === 'HEAD';
    const oid = isName ? await readRefFile(files, dir, root) : root;
    if (oid === null) return 'none';
    const found = oid === 'unclear' ? null : await readFile(oid);
    if (!found || peel === undefined || peel === found.type) return found;
    const tree =
      found.type === 'commit' && /^tree ([0-9a-f]{40})\n/.exec(found.bytes.toString('latin1', 0, 46));
    return tree ? readFile(tree[1]!) : null;
  };
  return {
    async info(name) {
      const found = kept.get(name) ?? (await find(name));
      return found === 'none' ? null : (found ?? process().info(name));
    },
    async contents(name) {
      const found = kept.get(name) ?? (await find(name));
      if (found) return found === 'none' ? null : found;
      const asked = await process().contents(name);
      return fixedName.test(name) ? keep(name, asked) : asked;
    },
  };
}
