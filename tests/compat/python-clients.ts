import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { whileLocked } from '../../packages/cli/src/while-locked.ts';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../.cache/py', import.meta.url));
/** Long enough for a cold install over a slow line. */
const INSTALL_MS = 300_000;

/** The lines of the Hub's Python clients that must work: the newest, and the last of the 1.x line. */
export const CLIENT_LINES = {
  newest: ['huggingface_hub==2.4.0', 'datasets==5.2.0'],
  'last 1.x': ['huggingface_hub==1.33.0', 'datasets==5.0.1'],
} as const;

/** The real Inspect, of the version whose rules are ours. */
export const inspectVersion = '0.3.285';
const inspectInstalls = [
  [`inspect-ai[math]==${inspectVersion}`, 'openai', 'datasets==5.2.0', 'huggingface_hub==2.4.0'],
];

/** The Python that has it, or, without the slash that a path begins with, what was missing. */
export function readyInspect(): Promise<string> {
  return readyEnvironment(`inspect-ai-math-${inspectVersion}`, inspectInstalls).catch(
    (error: Error) => error.message,
  );
}

/**
 * The Python of a virtual environment that holds exactly these packages, made on first use and kept under `.cache/py`.
 * Throws with one line that says what was missing: no Python, or no package index.
 */
export function readyPython(line: keyof typeof CLIENT_LINES): Promise<string> {
  const packages = CLIENT_LINES[line];
  return readyEnvironment(packages.join('+').replace(/[^\w.+-]/g, '_'), [packages]);
}

/**
 * As {@link readyPython}, for any packages.
 * @param name of the folder; another one for other packages
 * @param installs arguments of `uv pip install`, one list for each run of it
 * @param least version of Python that the packages need
 */
export async function readyEnvironment(
  name: string,
  installs: readonly (readonly string[])[],
  least = '3.10',
): Promise<string> {
  const folder = join(CACHE, name);
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, '.ready');
  if (existsSync(stamp)) return python;
  await mkdir(CACHE, { recursive: true });
  await whileLocked(join(CACHE, '.lock'), 2 * INSTALL_MS, async () => {
    if (existsSync(stamp)) return; // another test has just made it
    const uv = await readyUv();
    await install(uv, ['venv', '--quiet', '--clear', '--python', await findPython(least), folder]);
    for (const args of installs)
      await install(uv, ['pip', 'install', '--quiet', '--python', python, ...args]);
    await writeFile(stamp, installs.flat().join('\n'));
  });
  return python;
}

/** uv installs in seconds what pip needs minutes for; it comes from the package index like the rest. */
export async function readyUv(): Promise<string> {
  const folder = join(CACHE, 'uv');
  const uv = join(folder, 'bin', 'uv');
  if (existsSync(uv)) return uv;
  await install(await findPython(), ['-m', 'venv', folder]);
  await install(join(folder, 'bin', 'python'), [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    'uv',
  ]);
  return uv;
}

async function findPython(least = '3.10'): Promise<string> {
  const wanted = least.replace('.', ', ');
  const check = `import sys; assert sys.version_info >= (${wanted}); print(sys.executable)`;
  const kept = globSync('.pyenv/versions/3.1[2-9]*/bin/python3', { cwd: homedir() }).map((path) =>
    join(homedir(), path),
  );
  for (const name of ['python3.12', 'python3.13', 'python3.11', 'python3', ...kept]) {
    try {
      return (await run(name, ['-c', check])).stdout.trim();
    } catch {
      // Not this one.
    }
  }
  throw new Error(`no Python ${least} or newer on this machine`);
}

async function install(command: string, args: string[]): Promise<void> {
  try {
    await run(command, args, { timeout: INSTALL_MS, env: { ...process.env, UV_PYTHON_DOWNLOADS: 'never' } });
  } catch (error) {
    const text = String((error as { stderr?: string }).stderr || error).trim();
    throw new Error(`could not install the Python clients: ${text.split('\n').at(-1)}`);
  }
}
