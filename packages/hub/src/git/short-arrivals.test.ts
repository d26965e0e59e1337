import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { plainGit } from '../testing/plain-git.ts';
import { createCatFilePool } from './cat-file-pool.ts';
import { createGitRunner } from './git-process.ts';
import { createObjectSource } from './object-source.ts';
import { walkNewHistory } from './pack-intake.ts';
import { writeBareRepo } from './quarantine.ts';
import { isCompleteNearby } from './short-arrivals.ts';
import { sideBySide } from './small-files.ts';

test('a short history is complete only where git says so too: without any one object it is not', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-short-arrivals-'));
  const runner = createGitRunner(folder);
  const pool = createCatFilePool(runner, { processes: 4, idle: 60_000, lasting: true });
  t.after(() => {
    pool.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const dir = join(folder, 'made.git');
  await writeBareRepo(dir);
  const git = (args: string[], input = '') => plainGit(dir, args, input);
  const step = (at: number, files: string, merge = '') =>
    `commit refs/heads/main\nmark :${at}\ncommitter A <a@example.test> ${at} +0000\ndata 1\nx${at > 1 ? `\nfrom :${at - 1}` : ''}${merge}\n${files}\n`;
  const file = (path: string, text: string) => `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`;
  const side = `commit refs/heads/side\nmark :9\ncommitter A <a@example.test> 5 +0000\ndata 1\ny\nfrom :1\n${file('side/s', 'side')}\n`;
  const main = [file('a', 'one') + file('d/e/f', 'deep'), file('d/e/g', 'new'), file('a', 'two')];
  git(
    ['fast-import', '--quiet'],
    `${step(1, main[0]!)}${side}${step(2, main[1]!)}${step(3, main[2]!, '\nmerge :9')}`,
  );
  const [tip, known] = [git(['rev-parse', 'main']), git(['rev-parse', 'main~2'])];
  const ask = (blobLimit: number, from: string[]) => {
    const source = createObjectSource({ dir, folders: [join(dir, 'objects')], files: sideBySide }, () =>
      pool.of(dir),
    );
    return isCompleteNearby(() => source, { tips: [tip], known: from, blobLimit });
  };
  assert.equal(await ask(100, [known]), true);
  assert.equal(await ask(100, []), true);
  assert.equal(await ask(4, []), false);
  for (const from of [[known], []]) {
    const oids = git([
      'rev-list',
      '--objects',
      '--no-object-names',
      tip,
      ...from.map((oid) => `^${oid}`),
    ]).split('\n');
    assert.ok(oids.length >= 10);
    for (const oid of oids) {
      const path = join(dir, 'objects', oid.slice(0, 2), oid.slice(2));
      assert.ok(existsSync(path));
      renameSync(path, `${path}.away`);
      const history = { tips: [tip], known: from, blobLimit: 100 };
      await assert.rejects(walkNewHistory(runner, dir, history), { code: 'disconnected' }, oid);
      assert.equal(await ask(100, from), false, oid);
      renameSync(`${path}.away`, path);
    }
  }
});
