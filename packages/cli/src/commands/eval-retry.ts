import { Command } from 'commander';
import { addEvalFlags, readEvalFlags } from '../eval-options.ts';
import { retryEval } from '../run-eval.ts';
import type { Surroundings } from '../surroundings.ts';

const EXAMPLES = `
Examples:
  $ assay eval-retry logs/2026-01-15T10-00-00-00-00_bench_abc.eval
  $ assay eval-retry logs/*.eval --max-connections 4
  $ assay eval-retry logs/mine.eval --task-file ./my-task.ts    # a task in code: no log may start code

Everything needed stands in the log. Finished samples are taken over, the others run again; the old log stays as it is.
`;

/** `assay eval-retry LOG…`: finishes interrupted or failed runs. */
export function createEvalRetryCommand(surroundings: Surroundings): Command {
  const command = new Command('eval-retry')
    .description('Finish a run that was interrupted or had failures.')
    .argument('<logs...>', 'logs of earlier runs')
    .option('--task-file <file>', 'file of the task, when it is code')
    .addHelpText('after', EXAMPLES);
  return addEvalFlags(command, { retry: true }).action(async (logs: string[]) => {
    const flags = readEvalFlags(command, surroundings.env, surroundings.columns !== null);
    await retryEval(logs, flags, surroundings);
  });
}
