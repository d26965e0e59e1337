import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatFile } from './cat-file.ts';
import { diffTrees } from './tree-diff.ts';

/** Trees by name; each row is `name -> another tree`. */
function reading(trees: Record<string, Record<string, string>>) {
  let opened = 0;
  const contents = async (name: string) => {
    opened += 1;
    const rows = Object.entries(trees[name.replace('^{tree}', '')] ?? {}).map(([row, oid]) =>
      Buffer.concat([Buffer.from(`40000 ${row}\0`), Buffer.from(oid, 'hex')]),
    );
    return { oid: name, type: 'tree' as const, size: 0, bytes: Buffer.concat(rows) };
  };
  return { read: () => ({ contents }) as unknown as CatFile, count: () => opened };
}

const oidOf = (level: number) => String(level).padStart(40, '0');

test('trees that name each other over and over are not walked to their end', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  const levels = Array.from({ length: 10 }, (_, level) => [
    oidOf(level),
    Object.fromEntries(names.map((name) => [name, oidOf(level + 1)])),
  ]);
  const { read, count } = reading(Object.fromEntries(levels));
  await assert.rejects(diffTrees(read, null, oidOf(0), 5000), { code: 'too-large' });
  assert.ok(count() < 10_000);
});

test('equal subtrees cost nothing', async () => {
  const same = { x: oidOf(7), y: oidOf(8) };
  const { read, count } = reading({ [oidOf(1)]: same, [oidOf(2)]: same });
  assert.deepEqual(await diffTrees(read, oidOf(1), oidOf(2), 0), []);
  assert.equal(count(), 2);
});
