import { Command } from 'commander';
import { addEvalFlags, addSetFlags, readEvalFlags } from '../eval-options.ts';
import { runEvalSet } from '../run-eval-set.ts';
import type { Surroundings } from '../surroundings.ts';

const EXAMPLES = `
Examples:
  $ assay eval-set hf/org/bench hf/org/other --model openai-api/local/small,openai-api/local/large --log-dir logs/set
  $ assay eval-set ./bench --model ollama/llama3.2 --log-dir logs/set --retry-attempts 3 --retry-wait 10

Each task is run with each model, and what did not finish is tried again. After a crash or an interruption give the same
command again: complete logs are left alone, the others continued.

Exit codes: 0 all complete, 1 some are not, 2 the command was not understood, 130 interrupted.
`;

/** `assay eval-set TASK…`: several tasks with several models, until all are complete. */
export function createEvalSetCommand(surroundings: Surroundings): Command {
  const command = new Command('eval-set')
    .description('Run several tasks with several models until every one is complete.')
    .argument('<tasks...>', 'hf/ORG/NAME[/TASK][@REVISION], or folders with an eval.yaml')
    .addHelpText('after', EXAMPLES);
  return addSetFlags(addEvalFlags(command)).action(async (tasks: string[]) => {
    const flags = readEvalFlags(command, surroundings.env, surroundings.columns !== null);
    await runEvalSet(tasks, flags, surroundings);
  });
}
