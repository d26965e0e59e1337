import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCatFilePool } from './cat-file-pool.ts';
import { createGitRunner, type GitRunner } from './git-process.ts';
import { writeBareRepo } from './quarantine.ts';

async function withRepos(
  use: (dirs: string[], runner: GitRunner, children: ChildProcessWithoutNullStreams[]) => Promise<void>,
) {
  const root = await mkdtemp(join(tmpdir(), 'assay-cat-'));
  const dirs = ['a', 'b', 'c'].map((name) => join(root, name));
  for (const dir of dirs) await writeBareRepo(dir);
  const real = createGitRunner(root);
  const children: ChildProcessWithoutNullStreams[] = [];
  const spawn: GitRunner['spawn'] = (call) => {
    const child = real.spawn(call) as ChildProcessWithoutNullStreams; // these last, so they are children of this process
    children.push(child);
    return child;
  };
  await use(dirs, { ...real, spawn }, children);
  await rm(root, { recursive: true });
}

const emptyBlob = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

test('one process serves a repo, also when many ask at once; answers keep their order', () =>
  withRepos(async ([dir], runner, children) => {
    const { stdout } = await runner.run({
      dir: dir!,
      args: ['hash-object', '-w', '--stdin'],
      input: 'x'.repeat(300_000),
    });
    await runner.run({ dir: dir!, args: ['hash-object', '-w', '--stdin'], input: '' });
    const big = stdout.toString().trim();
    const pool = createCatFilePool(runner, { processes: 2, idle: 60_000, lasting: true });
    const names = Array.from({ length: 60 }, (_, n) => [big, emptyBlob, 'nothing', 'two\nlines'][n % 4]!);
    const sizes = await Promise.all(names.map((name) => pool.of(dir!).contents(name)));
    assert.deepEqual(
      sizes.slice(0, 4).map((one) => one?.bytes.length ?? null),
      [300_000, 0, null, null],
    );
    assert.deepEqual(sizes.slice(56), sizes.slice(0, 4));
    assert.equal(children.length, 1);
    pool.close();
  }));

test('a process that was killed is replaced; the one question it held fails', () =>
  withRepos(async ([dir], runner, children) => {
    const pool = createCatFilePool(runner, { processes: 2, idle: 60_000, lasting: true });
    assert.equal(await pool.of(dir!).info(emptyBlob), null);
    children[0]!.kill('SIGSTOP');
    const held = assert.rejects(pool.of(dir!).info(emptyBlob), { code: 'git-failed' });
    children[0]!.kill('SIGKILL');
    children[0]!.stdin!.destroy();
    await held;
    assert.equal(await pool.of(dir!).info(emptyBlob), null);
    assert.equal(children.length, 2);
    pool.close();
  }));

const ended = (child: ChildProcessWithoutNullStreams) => child.killed || child.exitCode !== null;

test('no more processes stay than allowed', () =>
  withRepos(async (dirs, runner, children) => {
    const pool = createCatFilePool(runner, { processes: 2, idle: 60_000, lasting: true });
    for (const dir of dirs) await pool.of(dir).info(emptyBlob);
    assert.equal(children.filter((child) => !ended(child)).length, 2);
    pool.close();
  }));

test('idle processes end', () =>
  withRepos(async (dirs, runner, children) => {
    const pool = createCatFilePool(runner, { processes: 3, idle: 40, lasting: true });
    for (const dir of dirs) await pool.of(dir).info(emptyBlob);
    await Promise.all(children.map((child) => (ended(child) ? null : once(child, 'exit'))));
    assert.ok(children.every(ended));
    pool.close();
  }));
