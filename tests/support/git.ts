import { type Finished, startProgram } from './assay.ts';

/** Git as a contributor has it: no configuration of the machine's owner, no prompt, a name of its own. */
const ENV = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.test',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.test',
};

/** Runs git in a folder, to its end, whatever that is. */
export function runGit(cwd: string, args: string[]): Promise<Finished> {
  return startProgram('git', args, { cwd, env: ENV }).finished;
}

/** Runs git and gives what it printed; a code other than 0 is an error that shows both streams. */
export async function mustGit(cwd: string, args: string[]): Promise<string> {
  const done = await runGit(cwd, args);
  if (done.code !== 0)
    throw new Error(`git ${args.join(' ')} ended with ${done.code}\n${done.stdout}${done.stderr}`);
  return done.stdout.trim();
}

/** The clone URL of a repo, with the token as its password. `path` is `ns/name` or `datasets/ns/name`. */
function remoteUrl(endpoint: string, path: string, token: string): string {
  const url = new URL(`${endpoint}/${path}`);
  url.username = 'user';
  url.password = token;
  return url.href;
}

/** Clones a repo into a folder, so that what is written there can be committed and pushed. */
export async function cloneInto(
  folder: string,
  endpoint: string,
  path: string,
  token: string,
): Promise<void> {
  await mustGit('/', ['clone', '--quiet', remoteUrl(endpoint, path, token), folder]);
}

/** Commits everything in a clone and pushes it to `main`. */
export async function commitAndPush(
  folder: string,
  message: string,
  ref = 'HEAD:refs/heads/main',
): Promise<Finished> {
  await mustGit(folder, ['add', '--all']);
  await mustGit(folder, ['commit', '--quiet', '--message', message]);
  return runGit(folder, ['push', '--quiet', 'origin', ref]);
}
