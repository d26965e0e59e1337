import { once } from 'node:events';
import { GitError } from './git-error.ts';
import type { GitRunner } from './git-process.ts';

/**
 * A pack with all that some commits and tags lead to, as it is made: nothing of it is held.
 * @throws GitError `git-failed` when it cannot be made whole
 */
export async function* packOf(runner: GitRunner, dir: string, tips: string[]): AsyncGenerator<Uint8Array> {
  const child = runner.spawn({
    dir,
    args: ['pack-objects', '--revs', '--stdout', '-q', '--delta-base-offset'],
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  try {
    child.stderr.resume();
    child.stdin.end(`${tips.join('\n')}\n`);
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield chunk;
    const [code] = await closed;
    if (code !== 0) throw new GitError('git-failed', `git pack-objects ended with ${code}`);
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
  }
}
