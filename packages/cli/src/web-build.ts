import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodedError } from '@assay/spec';
import { whileLocked } from './while-locked.ts';

const packages = fileURLToPath(new URL('../../', import.meta.url));
const web = join(packages, 'web');
const build = join(web, 'build');
/** What the pages are made of. */
const sources = [
  'web/src',
  'web/static',
  'web/vite.config.ts',
  'client/src',
  'spec/src',
  'stats/src',
  'proof/src',
];
const patienceMs = 180_000;

/**
 * The folder of the built pages; built first when it is missing or older than its sources (a clone has no build).
 * @throws CodedError `web-build-failed` with the end of the builder's output
 */
export async function ensureWebBuild(say: (line: string) => void): Promise<string> {
  if (await isFresh()) return build;
  await whileLocked(join(web, '.build-lock'), patienceMs, async () => {
    if (await isFresh()) return; // another process has just built it
    say('Building the pages (once; about 20 seconds) ...');
    await runVite();
  });
  return build;
}

async function isFresh(): Promise<boolean> {
  const made = await newestIn(join(build, 'handler.js'));
  if (made === 0) return false;
  const newest = await Promise.all(sources.map((source) => newestIn(join(packages, source))));
  return Math.max(...newest) <= made;
}

/** Time of the last change in a file or folder, in milliseconds; 0 when it is not there. Tests do not count. */
async function newestIn(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (!found) return 0;
  if (!found.isDirectory()) return path.endsWith('.test.ts') ? 0 : found.mtimeMs;
  const inside = await readdir(path);
  return Math.max(0, ...(await Promise.all(inside.map((name) => newestIn(join(path, name))))));
}

async function runVite(): Promise<void> {
  const vite = join(
    dirname(createRequire(join(web, 'package.json')).resolve('vite/package.json')),
    'bin',
    'vite.js',
  );
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: web,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  if (code === 0) return;
  throw new CodedError('web-build-failed', `the pages could not be built:\n${output.slice(-2_000)}`, {
    hint: 'Run npm ci, then npm run build -w packages/web to see all of its output.',
  });
}
