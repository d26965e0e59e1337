import { Command } from 'commander';
import { describeSummary } from '../run-report.ts';
import type { Surroundings } from '../surroundings.ts';

const EXAMPLES = `
Examples:
  $ assay eval hf/org/bench --model openai-api/local/m --shard 1/2 &
  $ assay eval hf/org/bench --model openai-api/local/m --shard 2/2 & wait
  $ assay log merge logs/*.eval --output logs/whole.eval
`;

export function createLogMergeCommand(surroundings: Surroundings): Command {
  return new Command('merge')
    .description('Make one log of the logs of all shards of a run.')
    .argument('<logs...>', 'the logs of shards 1/n to n/n')
    .requiredOption('--output <file>', 'where the one log goes')
    .addHelpText('after', EXAMPLES)
    .action(async (logs: string[], flags: { output: string }) => {
      const { mergeShards } = await import('@assay/engine');
      surroundings.write(`${describeSummary(await mergeShards(logs, flags.output))}\n`);
    });
}
