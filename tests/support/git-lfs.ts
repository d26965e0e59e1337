import { startProgram } from './assay.ts';

/**
 * Makes sure that git-lfs is there: installs the system's package where that is possible.
 * @returns null when it is there, else the line that says why it is not
 */
export async function readyGitLfs(): Promise<string | null> {
  if (await works()) return null;
  if (process.getuid?.() !== 0) return 'no git-lfs on PATH: install the package git-lfs';
  // A machine may have old lists, or none: then they are fetched, and it is tried again.
  const install = () => run('apt-get', ['install', '--yes', '--quiet', 'git-lfs']);
  if ((await install()) !== 0) {
    await run('apt-get', ['update', '--quiet']);
    await install();
  }
  return (await works()) ? null : 'git-lfs could not be installed with apt-get';
}

async function works(): Promise<boolean> {
  return (await run('git', ['lfs', 'version'])) === 0;
}

/** The program's exit code; null when it cannot be started. */
async function run(command: string, args: string[]): Promise<number | null> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const done = await startProgram(command, args, { env }).finished.catch(() => null);
  return done?.code ?? null;
}
