import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EvalLogHeader } from '@assay/spec';
import { openLog } from '../log/open-log.ts';

/** What is kept of a program's output, for the message when it fails: characters. */
const KEPT_OUTPUT = 4000;
/** Milliseconds between two looks at the log; a look that took long is followed by a longer pause. */
const LOOK_MS = 1000;

export interface EngineProcess {
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string | undefined>;
  /** Where it writes its log. */
  logDir: string;
  signal?: AbortSignal | undefined;
  onLook(found: { path: string; header: EvalLogHeader; done: number; errors: number }): void;
}

/** How it ended: the code, and the end of what it said. */
export interface EngineEnd {
  code: number | null;
  said: string;
}

/**
 * Runs an engine in a process group of its own, looks into its log while it runs, and hands a wish to stop on as the
 * interrupt it knows; it then closes its log. Dies with this process.
 */
export async function runEngineProcess(run: EngineProcess): Promise<EngineEnd> {
  const child = spawn(run.command, run.args, {
    cwd: run.cwd,
    env: run.env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A terminal's ^C reaches a whole group: it must come to the engine once, and from here.
    detached: true,
  });
  let said = '';
  const keep = (text: string): void => {
    said = (said + text).slice(-KEPT_OUTPUT);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const interrupt = (): void => void child.kill('SIGINT');
  const end = (): void => void child.kill('SIGKILL');
  process.on('exit', end);
  run.signal?.addEventListener('abort', interrupt, { once: true });
  if (run.signal?.aborted) interrupt();
  const ended = new Promise<EngineEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
  const stopLooking = new AbortController();
  const looking = lookInto(run, stopLooking.signal);
  try {
    return await ended;
  } finally {
    stopLooking.abort();
    await looking;
    process.off('exit', end);
    run.signal?.removeEventListener('abort', interrupt);
  }
}

async function lookInto(run: EngineProcess, stop: AbortSignal): Promise<void> {
  let pause = LOOK_MS;
  while (!stop.aborted) {
    await sleep(pause, undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) return;
    const began = performance.now();
    // A log that is being written may be unreadable for a moment; the next look will do.
    await lookOnce(run).catch(() => undefined);
    pause = Math.max(LOOK_MS, 10 * (performance.now() - began));
  }
}

async function lookOnce(run: EngineProcess): Promise<void> {
  const name = (await readdir(run.logDir)).find((one) => one.endsWith('.eval'));
  if (name === undefined) return;
  const path = join(run.logDir, name);
  const log = await openLog(path);
  try {
    const header = await log.header();
    let [done, errors] = [0, 0];
    for await (const summary of log.summaries()) {
      done++;
      if (summary.error) errors++;
    }
    run.onLook({ path, header, done, errors });
  } finally {
    await log.close();
  }
}
