import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** What is used of a process of git, whoever started it. `close` comes with its exit code, when its output was read. */
export interface GitChild extends EventEmitter {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Null while it runs, and when a signal ended it. */
  readonly exitCode: number | null;
  kill(signal: NodeJS.Signals): boolean;
}

/** One start of git: its folder, arguments, and what its environment holds beside the launcher's. */
interface LauncherCall {
  dir: string;
  args: string[];
  env: Record<string, string>;
}

/** First line of a connection; all of it on the one for stdin, without the call on the one for stdout. */
export interface CallLine extends LauncherCall {
  id: string;
  part: 'input' | 'output';
}

export interface CallOutcome {
  id: string;
  code: number | null;
  stderr: string;
}

export interface LauncherOrder {
  id: string;
  kill: NodeJS.Signals;
}

/**
 * A small process that starts git for this one. A fork copies the page tables of its parent and stops it meanwhile: 2 ms
 * in a process of 50 MB, 16 in one of 250 (two cores, Linux), for each push three times. What git reads and writes
 * goes over two unix sockets in a folder that only this user may enter.
 */
export interface GitLauncher {
  /** Whether it is gone for good; `unusable`: it was never there. */
  state(): 'starting' | 'ready' | 'ended' | 'unusable';
  start(call: LauncherCall): GitChild;
  close(): void;
}

const program = fileURLToPath(new URL('./git-launcher-process.ts', import.meta.url));

/** @param env the environment of git; nothing else is in that of the launcher */
export function createGitLauncher(env: Record<string, string>): GitLauncher {
  const folder = mkdtempSync(join(tmpdir(), 'assay-git-'));
  const path = join(folder, 'socket');
  const process = fork(program, [path], { env, execArgv: [], stdio: 'ignore' });
  const running = new Map<string, LaunchedGit>();
  let state: ReturnType<GitLauncher['state']> = 'starting';
  let count = 0;
  const hold = holdWhile(process, () => running.size > 0);
  const end = (): void => {
    if (state === 'ended' || state === 'unusable') return;
    state = state === 'ready' ? 'ended' : 'unusable';
    rmSync(folder, { recursive: true, force: true });
    for (const child of running.values())
      child.settle({ code: null, stderr: 'the launcher of git has ended' });
    running.clear();
  };
  process.on('error', end);
  process.on('exit', end);
  process.on('message', (message: 'ready' | CallOutcome) => {
    if (message === 'ready') {
      if (state === 'starting') state = 'ready';
      return;
    }
    const child = running.get(message.id);
    running.delete(message.id);
    hold();
    child?.settle(message);
  });
  hold();
  return {
    state: () => state,
    start(call) {
      const id = String(count++);
      const kill = (signal: NodeJS.Signals): boolean =>
        running.has(id) && process.connected && process.send({ id, kill: signal } satisfies LauncherOrder);
      const child = new LaunchedGit(path, { ...call, id, part: 'input' }, kill);
      running.set(id, child);
      hold();
      return child;
    },
    close() {
      end();
      if (process.connected) process.disconnect();
    },
  };
}

/** An idle launcher keeps no process alive that has nothing else to do. */
function holdWhile(process: ChildProcess, busy: () => boolean): () => void {
  return () => {
    if (busy()) {
      process.ref();
      process.channel?.ref();
    } else {
      process.unref();
      process.channel?.unref();
    }
  };
}

class LaunchedGit extends EventEmitter implements GitChild {
  readonly stdin: Socket;
  readonly stdout: Socket;
  readonly stderr = new PassThrough();
  exitCode: number | null = null;
  readonly kill: (signal: NodeJS.Signals) => boolean;
  #outputOver = false;
  #outcome: { code: number | null } | null = null;

  constructor(path: string, line: CallLine, kill: (signal: NodeJS.Signals) => boolean) {
    super();
    this.kill = kill;
    this.stdin = connect({ path, allowHalfOpen: true });
    this.stdout = connect({ path, allowHalfOpen: true });
    for (const socket of [this.stdin, this.stdout]) socket.on('error', () => {});
    this.stdin.write(`${JSON.stringify(line)}\n`);
    this.stdout.end(`${JSON.stringify({ id: line.id, part: 'output' })}\n`);
    this.stdout.once('close', () => {
      this.#outputOver = true;
      this.#close();
    });
  }

  /** Git has ended; the rest of its output may still be on the way. */
  settle({ code, stderr }: { code: number | null; stderr: string }): void {
    this.exitCode = code;
    this.#outcome = { code };
    this.stderr.end(stderr);
    this.stdin.destroy();
    // Nobody may be reading: then it is over with what came.
    process.nextTick(() => this.stdout.resume());
    this.#close();
  }

  #close(): void {
    if (this.#outputOver && this.#outcome) this.emit('close', this.#outcome.code);
  }
}
