import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createChance, plainGit } from '../testing/plain-git.ts';
import { createCatFilePool } from './cat-file-pool.ts';
import { createGitRunner } from './git-process.ts';
import { findLastChanges, findMergeBase, readCommit, readRefs } from './history.ts';
import { createObjectSource } from './object-source.ts';
import { writeBareRepo } from './quarantine.ts';
import { readRefFiles } from './ref-files.ts';
import { lastChangesNearby, mergeBaseNearby } from './short-history.ts';
import { createPromptFiles, sideBySide } from './small-files.ts';

// What is read from a repo's own files must be what git itself says.

interface Made {
  dir: string;
  commits: string[];
}

/** A repo with some commits, one in four a merge, whose times run ahead, stand still or run back. */
async function makeHistory(folder: string, seed: number): Promise<Made> {
  const dir = join(folder, `${seed}.git`);
  await writeBareRepo(dir);
  const dice = createChance(seed);
  const count = 4 + dice(14);
  const lines: string[] = [];
  let time = 1_700_000_000;
  for (let at = 1; at <= count; at += 1) {
    time += dice(3) - 1 + 5 * dice(2);
    lines.push(`reset refs/heads/c${at}`);
    if (at > 1 && dice(6) === 0) lines.push(`from refs/heads/c${at - 1}`, '');
    lines.push(`commit refs/heads/c${at}`, `committer A <a@example.test> ${time} +0000`, 'data 1\nx');
    const parent = Math.max(1, at - 1 - dice(3));
    if (at > 1) lines.push(`from refs/heads/c${parent}`);
    const other = 1 + dice(Math.max(1, at - 1));
    if (at > 3 && other !== parent && dice(4) === 0) lines.push(`merge refs/heads/c${other}`);
    for (let change = dice(3); change >= 0; change -= 1) {
      const path = dice(5) === 0 ? 'other' : `f/${dice(4)}`;
      if (at > 1 && dice(6) === 0) lines.push(`D ${path}`);
      else lines.push(`M 100644 inline ${path}`, 'data 1', String(dice(3)));
    }
    lines.push('');
  }
  plainGit(dir, ['fast-import', '--quiet', '--force', '--depth=0'], lines.join('\n'));
  const commits = Array.from({ length: count }, (_, at) =>
    plainGit(dir, ['rev-parse', `refs/heads/c${at + 1}`]),
  );
  return { dir, commits };
}

test('refs, objects, last changes and merge bases are those that git finds', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-short-ways-'));
  const runner = createGitRunner(folder);
  const pool = createCatFilePool(runner, { processes: 4, idle: 60_000, lasting: true });
  t.after(() => {
    pool.close();
    rmSync(folder, { recursive: true, force: true });
  });
  let [walked, based] = [0, 0];
  for (let seed = 1; seed <= 12; seed += 1) {
    const files = seed <= 6 ? sideBySide : createPromptFiles();
    const { dir, commits } = await makeHistory(folder, seed);
    if (seed % 2 === 0) plainGit(dir, ['repack', '-a', '-d', '-q']);
    if (seed % 3 === 0) plainGit(dir, ['pack-refs', '--all']);
    plainGit(dir, ['update-ref', 'refs/heads/c1', commits.at(-1)!]);
    plainGit(dir, ['update-ref', 'refs/tags/v1', commits[0]!]);
    assert.deepEqual([...(await readRefFiles(files, dir))!], [...(await readRefs(runner, dir))]);
    const source = createObjectSource({ dir, folders: [join(dir, 'objects')], files }, () => pool.of(dir));
    for (const name of [
      'refs/heads/c1',
      'refs/heads/c3',
      'refs/heads',
      'refs/tags/v1^{commit}',
      'refs/heads/c2^{commit}',
      `${commits[0]}^{tree}`,
      'HEAD',
      'refs/heads/no',
    ]) {
      assert.deepEqual(await source.contents(name), await pool.of(dir).contents(name), name);
      assert.equal((await source.info(name))?.oid, (await pool.of(dir).info(name))?.oid, name);
    }
    const read = () => source;
    const head = commits.at(-1)!;
    const names = ['0', '1', '2', '3', 'none'];
    const slow = await findLastChanges(
      runner,
      dir,
      head,
      names.map((name) => `f/${name}`),
    );
    const fast = await lastChangesNearby(read, head, 'f', names);
    assert.ok(fast);
    assert.deepEqual(
      new Map([...fast].map(([name, oid]) => [`f/${name}`, oid]).sort() as [string, string][]),
      new Map([...slow].sort()),
    );
    walked += fast.size;
    for (const other of commits.slice(0, -1)) {
      const near = await mergeBaseNearby(read, head, other);
      if (near === 'unknown') continue;
      based += 1;
      assert.equal(near.base, await findMergeBase(runner, dir, head, other));
    }
    assert.equal((await readCommit(source, head)).oid, head);
  }
  assert.ok(walked > 10 && based > 10, `${walked} last changes, ${based} merge bases`);
});
