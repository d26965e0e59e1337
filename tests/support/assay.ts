import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../packages/cli/bin/assay.js', import.meta.url));

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Called for each piece of stdout as it comes. */
  onOutput?: (text: string) => void;
}

/** Starts `assay ARGS…` as its own process, with a clean environment beside what is given. */
export function startAssay(args: string[], options: RunOptions = {}) {
  return startProgram(process.execPath, [MAIN, ...args], options);
}

/** Runs `assay ARGS…` to its end. */
export function runAssay(args: string[], options: RunOptions = {}): Promise<Finished> {
  return startAssay(args, options).finished;
}

/** As `runAssay`, but a code other than 0 is an error that shows what was printed. */
export async function mustAssay(args: string[], options: RunOptions = {}): Promise<string> {
  const done = await runAssay(args, options);
  if (done.code !== 0)
    throw new Error(`assay ${args.join(' ')} ended with ${done.code}\n${done.stdout}\n${done.stderr}`);
  return done.stdout;
}

/** Starts any program. The caller's own Hub and Inspect variables do not reach it. */
export function startProgram(command: string, args: string[], options: RunOptions = {}) {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...plainEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    options.onOutput?.(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, finished };
}

function plainEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) =>
      value !== undefined &&
      !/^(HF_|HUGGING|INSPECT_|ASSAY_|GIT_|DATABASE_URL|NODE_TEST|NODE_OPTIONS)/.test(name),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}
