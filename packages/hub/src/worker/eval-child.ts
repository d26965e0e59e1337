import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { EvalEnd, EvalNews, EvalOrder } from './eval-messages.ts';

const program = fileURLToPath(new URL('./eval-process.ts', import.meta.url));
/** A run that was told to stop writes down what is finished; it gets so long. */
const stopPatienceMs = 15_000;

export type EvalEnding = EvalEnd | Extract<EvalNews, { kind: 'refused' }> | { kind: 'died'; how: string };

export interface EvalChild {
  /** Resolves once, when the process is gone. */
  ended: Promise<EvalEnding>;
  /** Asks it to keep what is finished and to end; kills it when it does not. */
  stop(): void;
}

/** Starts the evaluation of one job in a process of its own. It inherits nothing of this process's environment. */
export function startEvalChild(
  order: EvalOrder,
  hear: { news(news: EvalNews): void; line(text: string): void },
): EvalChild {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', TZ: 'UTC' },
  });
  let ending: EvalEnding | null = null;
  child.on('message', (news: EvalNews) => {
    if (news.kind === 'end' || news.kind === 'refused') ending = news;
    hear.news(news);
  });
  for (const stream of [child.stdout!, child.stderr!])
    createInterface({ input: stream }).on('line', hear.line);
  const ended = new Promise<EvalEnding>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'died', how: error.message }));
    child.once('close', (code, signal) =>
      resolve(ending ?? { kind: 'died', how: signal ? `signal ${signal}` : `exit code ${code}` }),
    );
  });
  child.send(order);
  return { ended, stop: () => stopGently(child) };
}

function stopGently(child: ChildProcess): void {
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
  child.once('close', () => clearTimeout(force));
}
