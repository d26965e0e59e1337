import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { toDataPaths } from './config/data-paths.ts';
import { openScratch } from './scratch.ts';

test('what a crash left long ago is taken away at start; what may be in progress, and by a visit, is not', async () => {
  const paths = toDataPaths(await mkdtemp(join(tmpdir(), 'assay-scratch-')));
  await mkdir(paths.tmp);
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  for (const name of ['blob-old', 'evidence-old', 'blob-new', 'home'])
    await writeFile(join(paths.tmp, name), 'x');
  for (const name of ['blob-old', 'evidence-old', 'home'])
    await utimes(join(paths.tmp, name), yesterday, yesterday);

  const visit = await openScratch(paths, 'visit');
  assert.equal((await readdir(paths.tmp)).length, 5);
  assert.notEqual(visit.dir, paths.tmp);
  await visit.close();

  await openScratch(paths, 'serve');
  assert.deepEqual((await readdir(paths.tmp)).sort(), ['blob-new', 'home']);
  await rm(paths.root, { recursive: true });
});
