import { Command } from 'commander';
import type { Surroundings } from '../surroundings.ts';

const EXAMPLES = `
Examples:
  $ assay log recover logs/killed.eval                      # writes logs/killed-recovered.eval
  $ assay log recover logs/killed.eval --output rescued.eval

To go on with the run instead: assay eval-retry LOG.
`;

export function createLogRecoverCommand(surroundings: Surroundings): Command {
  return new Command('recover')
    .description(
      'Close the log of a run whose process died: all its finished samples, and results over them.',
    )
    .argument('<log>', 'an .eval log, whole or cut anywhere')
    .option('--output <file>', 'where the closed log goes')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: { output?: string }) => {
      const { openLog, recoverLog } = await import('@assay/engine');
      const to = flags.output ?? path.replace(/(\.eval|\.json)?$/, '-recovered.eval');
      const log = await openLog(path);
      try {
        const { samples, missing } = await recoverLog(log, to);
        const rest = missing === null ? '' : `, ${missing} of the plan are missing`;
        surroundings.write(`${to}: ${samples} samples${rest}\n`);
      } finally {
        await log.close();
      }
    });
}
