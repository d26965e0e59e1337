import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const assay = fileURLToPath(new URL('../../bin/assay.js', import.meta.url));

interface Running {
  child: ChildProcess;
  /** All that it printed. */
  output(): string;
}

function run(...args: string[]): Running {
  const child = spawn(process.execPath, [assay, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return { child, output: () => output };
}

async function urlOf({ child, output }: Running): Promise<string> {
  for (;;) {
    const found = /^Assay is at (http:\S+)$/m.exec(output());
    if (found) return found[1]!;
    assert.equal(child.exitCode, null, output());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function exitCodeOf({ child }: Running): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'close');
  return child.exitCode;
}

test('assay serve answers with hub and pages, keeps its data over a kill -9, and stops cleanly', async (context) => {
  const data = await mkdtemp(join(tmpdir(), 'assay-serve-'));
  const serve = () => run('serve', '--data', data, '--port', '0', '--quiet');
  let running = serve();
  context.after(async () => {
    running.child.kill('SIGKILL');
    await rm(data, { recursive: true, force: true });
  });
  const url = await urlOf(running);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.match((await fetch(`${url}/`)).headers.get('content-type') ?? '', /^text\/html/);
  const key = /setup\?key=(\S+)/.exec(running.output())?.[1];
  const made = await fetch(`${url}/api/assay/setup`, {
    method: 'POST',
    body: JSON.stringify({ key, name: 'root', password: 'long enough' }),
  });
  assert.equal(made.status, 201);

  running.child.kill('SIGKILL');
  await exitCodeOf(running);
  running = serve();
  await urlOf(running);
  assert.ok(!running.output().includes('setup?key='), 'the administrator is still there');

  const check = run('reindex', '--data', data, '--check');
  assert.equal(await exitCodeOf(check), 0, check.output());

  running.child.kill('SIGTERM');
  assert.equal(await exitCodeOf(running), 0, running.output());
  await assert.rejects(readFile(join(data, 'postgres', 'postmaster.pid')), 'PostgreSQL has stopped');
});

test('settings that are wrong are told all at once, before anything is opened', async () => {
  const refused = run('serve', '--port', 'many', '--public-url', 'not a url');
  assert.equal(await exitCodeOf(refused), 1);
  assert.match(refused.output(), /ASSAY_PORT[\s\S]*ASSAY_PUBLIC_URL|ASSAY_PUBLIC_URL[\s\S]*ASSAY_PORT/);
});

test('what is not understood exits with 2', async () => {
  assert.equal(await exitCodeOf(run('serve', '--prot', '1')), 2);
  assert.equal(await exitCodeOf(run('srve')), 2);
  assert.equal(await exitCodeOf(run('--help')), 0);
});
