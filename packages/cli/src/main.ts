import { CodedError } from '@assay/spec';
import { Command, CommanderError } from 'commander';
import { createReindexCommand } from './commands/reindex.ts';
import { createServeCommand } from './commands/serve.ts';
import type { Surroundings } from './surroundings.ts';

/** Every command; `commands/` has one file for each. */
const commands: ((surroundings: Surroundings) => Command)[] = [createServeCommand, createReindexCommand];

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
    return 1;
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
    interrupted: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
      }),
  };
}
