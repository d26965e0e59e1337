import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGitLauncher } from './git-launcher.ts';
import { createGitRunner } from './git-process.ts';
import { writeBareRepo } from './quarantine.ts';

async function makeRepo(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'assay-launch-'));
  t.after(() => rm(root, { recursive: true }));
  const dir = join(root, 'a.git');
  await writeBareRepo(dir);
  return dir;
}

async function openLauncher(t: TestContext) {
  const launcher = createGitLauncher({ PATH: process.env.PATH ?? '', SECRET_OF_NOBODY: 'no' });
  t.after(() => launcher.close());
  while (launcher.state() === 'starting') await sleep(5);
  assert.equal(launcher.state(), 'ready');
  return launcher;
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('git started by the launcher reads, writes and ends as a child of this process', async (t) => {
  const dir = await makeRepo(t);
  const launcher = await openLauncher(t);
  const start = (...args: string[]) => launcher.start({ dir, args, env: { GIT_DIR: dir } });
  const big = 'lines and lines\n'.repeat(500_000);

  const writing = start('hash-object', '-w', '--stdin');
  writing.stdin.end(big);
  const [oid, [code]] = await Promise.all([textOf(writing.stdout), once(writing, 'close')]);
  assert.equal(code, 0);
  const reading = start('cat-file', 'blob', oid.trim());
  reading.stdin.end();
  const [back] = await Promise.all([textOf(reading.stdout), once(reading, 'close')]);
  assert.ok(back === big);

  const failing = start('cat-file', 'blob', 'f'.repeat(40));
  const [said, [failed]] = await Promise.all([textOf(failing.stderr), once(failing, 'close')]);
  assert.equal(failed, 128);
  assert.equal(failing.exitCode, 128);
  assert.match(said, /fatal/);
});

test('many at once keep apart; one that nobody reads ends; a killed one has no code', async (t) => {
  const dir = await makeRepo(t);
  const launcher = await openLauncher(t);
  const start = (...args: string[]) => launcher.start({ dir, args, env: { GIT_DIR: dir } });
  const echo = async (at: number): Promise<void> => {
    const child = start('stripspace');
    child.stdin.end(`number ${at}\n`);
    const [text] = await Promise.all([textOf(child.stdout), once(child, 'close')]);
    assert.equal(text, `number ${at}\n`);
  };
  await Promise.all(Array.from({ length: 100 }, (_, at) => echo(at)));

  const unread = start('version');
  assert.deepEqual(await once(unread, 'close'), [0]);

  const waiting = start('cat-file', '--batch-command');
  waiting.stdin.write('info HEAD\n');
  await once(waiting.stdout, 'data');
  assert.equal(waiting.kill('SIGKILL'), true);
  assert.deepEqual(await once(waiting, 'close'), [null]);
  const early = start('cat-file', '--batch-command');
  early.kill('SIGKILL');
  assert.deepEqual(await once(early, 'close'), [null]);
});

test('a folder that is not there, and a launcher that dies, end a call without a code', async (t) => {
  const dir = await makeRepo(t);
  const launcher = await openLauncher(t);
  const nowhere = launcher.start({ dir: `${dir}-gone`, args: ['version'], env: {} });
  const [code] = await once(nowhere, 'close');
  assert.notEqual(code, 0);

  const cut = launcher.start({ dir, args: ['cat-file', '--batch-command'], env: { GIT_DIR: dir } });
  cut.stdin.write('info HEAD\n');
  await once(cut.stdout, 'data');
  launcher.close();
  assert.equal(launcher.state(), 'ended');
  assert.deepEqual(await once(cut, 'close'), [null]);
});

test('a runner goes over to a launcher after some calls, and answers the same', async (t) => {
  const dir = await makeRepo(t);
  const runner = createGitRunner(dir, { launcherAfter: 3 });
  t.after(() => runner.close());
  const write = (input: string) => runner.run({ dir, args: ['hash-object', '-w', '--stdin'], input });
  const seen = new Set<string>();
  for (let round = 0; round < 60; round += 1) seen.add((await write('x')).stdout.toString());
  assert.equal(seen.size, 1);
  const [answer] = seen;
  assert.ok(existsSync(join(dir, 'objects', answer!.slice(0, 2), answer!.trim().slice(2))));
  await assert.rejects(runner.run({ dir, args: ['cat-file', 'blob', 'f'.repeat(40)] }), {
    code: 'git-failed',
  });
});
