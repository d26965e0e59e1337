import { join } from 'node:path';
import { Command } from 'commander';
import type { Surroundings } from '../surroundings.ts';

const EXAMPLES = `
Examples:
  $ assay import results_2026-01-15T10-00-00.json            # lm-eval or Lighteval
  $ assay import model.run_id.json --log-dir swe             # a report of SWE-bench
  $ assay import data/gpqa/org/model/0b7d.json               # Every Eval Ever

Logs of Inspect need no import: every command reads them. What a file does not hold is said, and stands in the log.
`;

/** `assay import FILE…`: results of other programs as logs. */
export function createImportCommand(surroundings: Surroundings): Command {
  return new Command('import')
    .description('Make logs of the results of other programs, saying what they do not hold.')
    .argument('<files...>', 'results files, JSON')
    .option('--log-dir <folder>', 'where the logs go', './logs')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], flags: { logDir: string }) => {
      const { readForeignRuns, writeImportedRun } = await import('@assay/engine');
      for (const file of files) {
        for (const run of await readForeignRuns(file)) {
          const name = `${run.format}_${run.task}_${run.model}`.replaceAll(/[^\p{L}\p{N}.=-]+/gu, '-');
          const path = join(flags.logDir, `${name}.eval`);
          await writeImportedRun(run, path);
          surroundings.write(`${path}\n`);
          for (const what of run.missing) surroundings.writeError(`  not in it: ${what}\n`);
        }
      }
    });
}
