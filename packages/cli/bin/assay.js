#!/usr/bin/env node
// Plain JavaScript that old versions of Node read too: it hands over to the Node 24 that npm installed beside the
// project when it was itself started by an older one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestNode = 24;

if (Number.parseInt(process.versions.node, 10) >= oldestNode) {
  if (process.env.ASSAY_HANDED_OVER) {
    delete process.env.ASSAY_HANDED_OVER;
    // Who kills the first process outright (kill -9) means this one.
    process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
    process.channel.unref(); // listening must not keep this process alive
  }
  // A hub waits for its disk in these threads: with the usual four, readers would wait for those who write.
  if (process.argv[2] === 'serve') process.env.UV_THREADPOOL_SIZE ??= '16';
  // What one command has compiled need not be compiled for the next: it starts in half the time.
  keepCompiled();
  const { main } = await import('../src/main.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  handOver(findPinnedNode(dirname(fileURLToPath(import.meta.url))));
}

function keepCompiled() {
  try {
    const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    module.enableCompileCache(join(caches, 'assay', 'compiled'));
  } catch {
    // A user without a home.
  }
}

/** Looks for node_modules/node/bin/node in this folder and those above it. */
function findPinnedNode(folder) {
  const candidate = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(candidate)) return candidate;
  const parent = dirname(folder);
  return parent === folder ? null : findPinnedNode(parent);
}

function handOver(node) {
  if (node === null) {
    console.error(`assay needs Node ${oldestNode} or newer; this is ${process.version}.`);
    console.error('Run npm ci (it installs a Node 24 beside the project), or start it with a newer Node.');
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ASSAY_HANDED_OVER: '1' },
  });
  // A terminal sends Ctrl-C to both; who kills this process alone means the child.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`could not start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
