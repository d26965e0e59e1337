import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Sees to it that bubblewrap is here and works: installs Debian's package when this is root and it is missing.
 * @returns null when it works, else the line that says why not
 */
export async function readyBubblewrap(): Promise<string | null> {
  if (await works()) return null;
  if (process.getuid?.() !== 0) return 'bubblewrap is not installed, and only root could install it';
  try {
    await run('apt-get', ['update', '-qq'], { timeout: 120_000 });
    await run('apt-get', ['install', '-qq', '-y', 'bubblewrap'], { timeout: 120_000 });
  } catch (error) {
    return `bubblewrap could not be installed: ${String((error as { stderr?: string }).stderr ?? error)
      .trim()
      .split('\n')
      .at(-1)}`;
  }
  return (await works()) ? null : 'bubblewrap is installed and does not work here: no user namespaces?';
}

async function works(): Promise<boolean> {
  try {
    await run('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true'], { timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
