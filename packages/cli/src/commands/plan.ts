import { registerPlan } from '@assay/client';
import { parseRepoName } from '@assay/spec';
import { Command, InvalidArgumentError } from 'commander';
import { CliError } from '../cli-error.ts';
import { readConnection } from '../environment.ts';
import { addEvalFlags, readEvalFlags } from '../eval-options.ts';
import { toRequest } from '../eval-request.ts';
import { toHubFiles } from '../hub-files.ts';
import { findTemplates } from '../prompt-templates.ts';
import type { Surroundings } from '../surroundings.ts';

const EXAMPLES = `
Examples:
  $ assay plan hf/org/bench --model openai-api/local/llama --repo org/model
  $ assay plan hf/org/bench/task --model openai-api/local/llama --repo org/model --attempts 3 \\
      --stop-rule "three runs, whatever they show"

Announces the runs before they happen: the hub keeps the plan and logs it. Then run the very same with assay eval and
submit it: the hub finds the plan by what was run, and the row says "attempt 1 of 3 planned". Unplanned results stay
welcome. HF_ENDPOINT names the hub, HF_TOKEN who you are.
`;

/** `assay plan TASK`: announces runs. */
export function createPlanCommand(surroundings: Surroundings): Command {
  const command = new Command('plan')
    .description('Announce runs before they happen, so that a result is more than the best of many.')
    .argument('<task>', 'hf/ORG/NAME[/TASK][@REVISION]')
    .requiredOption('--repo <org/model>', 'the model repo that the results will go to')
    .option('--attempts <n>', 'how many runs there will be at most', parseCount, 1)
    .option('--stop-rule <text>', 'when the runs stop', '')
    .addHelpText('after', EXAMPLES);
  return addEvalFlags(command).action(async (task: string) => announce(task, command, surroundings));
}

async function announce(task: string, command: Command, surroundings: Surroundings): Promise<void> {
  const { repo, attempts, stopRule } = command.opts<{ repo: string; attempts: number; stopRule: string }>();
  const name = parseRepoName(repo);
  if (!name.ok)
    throw new CliError('usage', `--repo: ${name.issues[0]!.message}`, { hint: name.issues[0]!.hint });
  const flags = readEvalFlags(command, surroundings.env, false);
  const { createPlan, loadTasks } = await import('@assay/engine');
  const connection = readConnection(surroundings.env);
  const request = await toRequest(task, flags);
  const templates = await findTemplates(flags.templates, surroundings.env);
  for (const loaded of await loadTasks(request.task, toHubFiles(connection))) {
    const { plan } = await createPlan(loaded, request, templates!);
    const { id } = await registerPlan(connection, { repo, model: plan.model, plan, attempts, stopRule });
    const runs = attempts === 1 ? 'one run' : `up to ${attempts} runs`;
    surroundings.write(
      `Planned ${plan.name} at ${String(plan.dataset.commit).slice(0, 10)}: ${runs} of ${plan.model} (plan ${id}).\n`,
    );
  }
  surroundings.write('Now run the same with assay eval, and submit the log with assay submit.\n');
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 10_000) return count;
  throw new InvalidArgumentError('give a whole number from 1 to 10000');
}
