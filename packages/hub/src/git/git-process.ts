import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { GitError } from './git-error.ts';
import { createGitLauncher, type GitChild, type GitLauncher } from './git-launcher.ts';

/**
 * What git is told beside its arguments. Handed over as environment, not written into each repo's config file:
 * a change of mind then needs no migration of repos, and nothing in a repo can undo it.
 */
const settings: [string, string][] = [
  ['safe.directory', '*'],
  ['core.hooksPath', '/dev/null'],
  ['core.fsync', 'objects,reference'],
  ['core.filesRefLockTimeout', '1000'],
  ['core.packedRefsTimeout', '1000'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['pack.threads', '1'],
  ['protocol.allow', 'never'],
  ['transfer.fsckObjects', 'true'],
  ['uploadpack.allowFilter', 'true'],
  ['uploadpack.allowAnySHA1InWant', 'true'],
];

/** Where git is looked for when nobody says otherwise. */
const usualPlaces = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

/** The environment of every git call, built from scratch: nothing of ours leaks in, nobody's dotfiles count. */
function gitEnvironment(home: string, searchPath = usualPlaces): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: searchPath,
    HOME: home,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_CONFIG_COUNT: String(settings.length),
  };
  for (const [index, [key, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return environment;
}

/** For calls whose loose objects somebody else makes durable. */
export const unsyncedLoose: Record<string, string> = {
  [`GIT_CONFIG_VALUE_${settings.findIndex(([key]) => key === 'core.fsync')}`]:
    'objects,reference,-loose-object',
};

interface GitCall {
  /** The bare repo; becomes GIT_DIR, so git never searches for one. */
  dir: string;
  args: string[];
  /** Added to the room's environment. */
  env?: Record<string, string>;
  input?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Exit codes that are answers, not failures. Default: 0 only. */
  accept?: number[];
  /** Bytes of output kept; more ends the call with `truncated`. Default 256 MiB. */
  maxOutput?: number;
  signal?: AbortSignal;
}

interface GitAnswer {
  code: number;
  stdout: Buffer;
  stderr: string;
  truncated: boolean;
}

/** Runs git. One is made per store, so that tests may have their own home and search path. */
export interface GitRunner {
  /** @param call `lasting`: it is asked many small questions, each of which another process between would slow down */
  spawn(call: Pick<GitCall, 'dir' | 'args' | 'env'> & { lasting?: boolean }): GitChild;
  /** Runs to the end. @throws GitError `git-failed` on an exit code that is not accepted, or where there is no such repo. */
  run(call: GitCall): Promise<GitAnswer>;
  close(): void;
}

export interface RunnerOptions {
  /** PATH to look for git in. */
  searchPath?: string;
  /** So many calls are started here before a launcher is: who asks little needs none. */
  launcherAfter?: number;
}

export function createGitRunner(home: string, options: RunnerOptions = {}): GitRunner {
  const base = gitEnvironment(home, options.searchPath);
  const launcherAfter = options.launcherAfter ?? 20;
  let launcher: GitLauncher | null = null;
  let calls = 0;
  let closed = false;
  const start: GitRunner['spawn'] = ({ dir, args, env, lasting = false }) => {
    const added = { GIT_DIR: dir, ...env };
    if (launcher?.state() === 'ended') launcher = null;
    if (calls++ >= launcherAfter && !closed) launcher ??= createGitLauncher(base);
    const child: GitChild =
      launcher?.state() === 'ready' && !lasting
        ? launcher.start({ dir, args, env: added })
        : spawn('git', args, { cwd: dir, env: { ...base, ...added }, stdio: 'pipe' });
    // A repo deleted a moment ago has no folder to start in. Whoever reads sees the streams end; without a listener
    // the event would end the hub.
    child.on('error', () => {});
    child.stdin.on('error', () => {}); // a child that ends early says why by its exit code
    return child;
  };
  return {
    spawn: start,
    run: (call) => runToEnd(start(call), call),
    close() {
      closed = true;
      launcher?.close();
    },
  };
}

async function runToEnd(child: GitChild, call: GitCall): Promise<GitAnswer> {
  const stop = () => child.kill('SIGKILL');
  call.signal?.addEventListener('abort', stop, { once: true });
  try {
    const closed = once(child, 'close').catch((cause: Error) => {
      throw new GitError('git-failed', 'git could not be started', { cause });
    });
    const [out, err, fed, [code]] = await Promise.all([
      collect(child.stdout, call.maxOutput ?? 256 * 2 ** 20, stop),
      collect(child.stderr, 2 ** 16),
      feed(child, call.input),
      closed,
    ]);
    call.signal?.throwIfAborted();
    if (fed) throw fed;
    const stderr = err.bytes.toString();
    if (!out.truncated && !(call.accept ?? [0]).includes(code ?? -1)) {
      throw new GitError(
        'git-failed',
        `git ${call.args[0]} ended with ${code}: ${stderr.trim().slice(0, 2000)}`,
      );
    }
    return { code: code ?? -1, stdout: out.bytes, stderr, truncated: out.truncated };
  } finally {
    call.signal?.removeEventListener('abort', stop);
    if (child.exitCode === null) stop();
  }
}

/** Feeds the child's stdin. Answers the source's own error, if it had one; a child that stops reading is no error. */
async function feed(child: GitChild, input: GitCall['input']): Promise<Error | null> {
  try {
    if (input === undefined || typeof input === 'string' || input instanceof Uint8Array)
      child.stdin.end(input);
    else {
      for await (const chunk of input) {
        await write(child, chunk);
        if (child.stdin.destroyed) break;
      }
      child.stdin.end();
    }
    return null;
  } catch (error) {
    child.kill('SIGKILL');
    return error as Error;
  }
}

/** Writes with back pressure; returns at once when the child no longer listens. */
export async function write(child: GitChild, chunk: string | Uint8Array): Promise<void> {
  if (child.stdin.destroyed || child.stdin.write(chunk)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      child.stdin.off('drain', done).off('close', done);
      resolve();
    };
    child.stdin.once('drain', done).once('close', done);
  });
}

async function collect(stream: Readable, limit: number, onLimit?: () => void) {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (size >= limit) continue;
    chunks.push(chunk);
    size += chunk.length;
    if (size >= limit) onLimit?.();
  }
  const bytes = Buffer.concat(chunks);
  return { bytes: bytes.subarray(0, limit), truncated: size >= limit && onLimit !== undefined };
}
