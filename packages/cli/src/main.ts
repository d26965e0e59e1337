import { CodedError } from '@assay/spec';
import { Command, CommanderError } from 'commander';
import { createBackupCommand } from './commands/backup.ts';
import { createBundleCommand } from './commands/bundle.ts';
import { createEvalCommand } from './commands/eval.ts';
import { createEvalRetryCommand } from './commands/eval-retry.ts';
import { createEvalSetCommand } from './commands/eval-set.ts';
import { createImportCommand } from './commands/import.ts';
import { createIssuersCommand } from './commands/issuers.ts';
import { createJobsCommand } from './commands/jobs.ts';
import { createKeysCommand } from './commands/keys.ts';
import { createLogCommand } from './commands/log.ts';
import { createMirrorCommand } from './commands/mirror.ts';
import { createMockCommand } from './commands/mock.ts';
import { createMonitorCommand } from './commands/monitor.ts';
import { createPlanCommand } from './commands/plan.ts';
import { createPullCommand } from './commands/pull.ts';
import { createReindexCommand } from './commands/reindex.ts';
import { createReproduceCommand } from './commands/reproduce.ts';
import { createRestoreCommand } from './commands/restore.ts';
import { createScoreCommand } from './commands/score.ts';
import { createServeCommand } from './commands/serve.ts';
import { createSubmitCommand } from './commands/submit.ts';
import { createTasksCommand } from './commands/tasks.ts';
import { createTemplatesCommand } from './commands/templates.ts';
import { createTlogCommand } from './commands/tlog.ts';
import { createVerifyCommand } from './commands/verify.ts';
import { createViewCommand } from './commands/view.ts';
import { createWhoamiCommand } from './commands/whoami.ts';
import { createWitnessCommand } from './commands/witness.ts';
import { createWorkerCommand } from './commands/worker.ts';
import type { Surroundings } from './surroundings.ts';

/** Every command; `commands/` has one file for each. */
const commands: ((surroundings: Surroundings) => Command)[] = [
  createServeCommand,
  createReindexCommand,
  createBackupCommand,
  createRestoreCommand,
  createEvalCommand,
  createEvalRetryCommand,
  createEvalSetCommand,
  createSubmitCommand,
  createMirrorCommand,
  createPlanCommand,
  createReproduceCommand,
  createMockCommand,
  createLogCommand,
  createImportCommand,
  createScoreCommand,
  createViewCommand,
  createTasksCommand,
  createTemplatesCommand,
  createVerifyCommand,
  createBundleCommand,
  createPullCommand,
  createKeysCommand,
  createIssuersCommand,
  createTlogCommand,
  createWitnessCommand,
  createMonitorCommand,
  createJobsCommand,
  createWorkerCommand,
  createWhoamiCommand,
];

/** Runs the command line; answers the exit code: 0 done, 1 refused or failed, 2 not understood. */
export async function main(args: string[], surroundings: Surroundings = ofThisProcess()): Promise<number> {
  const program = new Command('assay')
    .description('Community evals that anyone can own.')
    .version('0.1.0')
    .configureOutput({
      writeOut: (text) => surroundings.write(text),
      writeErr: (text) => surroundings.writeError(text),
    })
    .exitOverride();
  for (const create of commands) program.addCommand(create(surroundings).copyInheritedSettings(program));
  try {
    await program.parseAsync(args, { from: 'user' });
    return surroundings.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    surroundings.writeError(`assay: ${describeError(error)}\n`);
    return error instanceof CodedError && error.code === 'usage' ? 2 : 1;
  }
}

function describeError(error: unknown): string {
  if (error instanceof CodedError) return error.hint ? `${error.message}\n  ${error.hint}` : error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function ofThisProcess(): Surroundings {
  return {
    env: process.env,
    exitCode: 0,
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    columns: process.stderr.isTTY ? process.stderr.columns : null,
    interrupted: untilSignal,
  };
}

const secondThoughtMs = 2_000;

/**
 * Resolves with the first signal that asks to stop. The same request may arrive twice at once (from the terminal or a
 * supervisor, and from the process that handed over to this one); only a later one means: at once.
 */
function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    let first = 0;
    const hear = (signal: string) => {
      if (first > 0 && Date.now() - first > secondThoughtMs) process.exit(130);
      first ||= Date.now();
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear);
  });
}
