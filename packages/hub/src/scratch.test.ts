import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { toDataPaths } from './config/data-paths.ts';
import { openScratch } from './scratch.ts';

test('what dead processes left is taken away; what the living work on is not, however long ago they began', async () => {
  const paths = toDataPaths(await mkdtemp(join(tmpdir(), 'assay-scratch-')));
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  const other = await openScratch(paths);
  await writeFile(join(other.dir, 'upload'), 'x');
  await utimes(other.dir, longAgo, longAgo);
  for (const name of ['dead', 'dead-without-sign', 'new']) await mkdir(join(paths.tmp, name));
  await writeFile(join(paths.tmp, 'dead', 'alive'), '1');
  for (const name of ['dead/alive', 'dead-without-sign'])
    await utimes(join(paths.tmp, name), longAgo, longAgo);

  const own = await openScratch(paths);
  assert.notEqual(own.dir, other.dir);
  const left = await readdir(paths.tmp);
  assert.deepEqual(left.sort(), ['new', basename(other.dir), basename(own.dir)].sort());
  await own.close();
  await other.close();
  assert.deepEqual(await readdir(paths.tmp), ['new']);
  await rm(paths.root, { recursive: true });
});
