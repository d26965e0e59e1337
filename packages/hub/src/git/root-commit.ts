import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

/** Name -> content, of files that lie in the root of a repo. */
export type RootFiles = Map<string, Uint8Array>;

/**
 * Writes a commit without parents that holds a few files of its root, in git's own loose form: a process of git costs
 * ten times as much, and every new repo begins with such a commit.
 * @param about the commit's header behind its tree, and its message
 * @returns the commit's oid
 */
export async function writeRootCommit(dir: string, files: RootFiles, about: string): Promise<string> {
  const objects = new Map<string, Buffer>();
  const add = (type: 'blob' | 'tree' | 'commit', content: Uint8Array) => {
    const object = Buffer.concat([Buffer.from(`${type} ${content.byteLength}\0`), content]);
    const oid = createHash('sha1').update(object).digest('hex');
    objects.set(oid, object);
    return oid;
  };
  const names = [...files].map(([name, content]) => ({ name: Buffer.from(name), oid: add('blob', content) }));
  names.sort((a, b) => Buffer.compare(a.name, b.name));
  const rows = names.map(({ name, oid }) =>
    Buffer.concat([Buffer.from('100644 '), name, Buffer.from([0]), Buffer.from(oid, 'hex')]),
  );
  const tree = add('tree', Buffer.concat(rows));
  const commit = add('commit', Buffer.from(`tree ${tree}\n${about}`));
  await Promise.all(
    [...objects].map(async ([oid, object]) => {
      const folder = join(dir, 'objects', oid.slice(0, 2));
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, oid.slice(2)), deflateSync(object, { level: 1 }), { mode: 0o444 });
    }),
  );
  return commit;
}
