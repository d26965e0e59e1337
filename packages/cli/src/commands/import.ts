import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import type { Surroundings } from '../surroundings.ts';

const EXAMPLES = `
Examples:
  $ assay import results_2026-01-15T10-00-00.json            # lm-eval (with its samples_*.jsonl beside) or Lighteval
  $ assay import samples_gsm8k_2026-01-15T10-00-00.jsonl     # lm-eval's samples
  $ assay import details_gsm8k_2026-01-15T10-00-00.parquet   # Lighteval's details
  $ assay import model.run_id.json --log-dir swe             # a report of SWE-bench
  $ assay import data/gpqa/org/model/0b7d.json               # Every Eval Ever (with its _samples.jsonl beside)
  $ assay import jobs/2026-01-15__10-00-00                   # a job of Harbor; results.json of Terminal-Bench
  $ assay import elsewhere/run.eval                          # a log of Inspect

What a file does not hold is said, and stands in the log. Submit such a log with --benchmark ORG/NAME/TASK@COMMIT.
`;

/** `assay import FILE…`: results of other programs as logs. */
export function createImportCommand(surroundings: Surroundings): Command {
  return new Command('import')
    .description('Make logs of the results of other programs, saying what they do not hold.')
    .argument('<files...>', 'results files, or the folder of a job')
    .option('--log-dir <folder>', 'where the logs go', './logs')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], flags: { logDir: string }) => {
      const { importInspectLog, readForeignRuns, toMissing, writeImportedRun } = await import(
        '@assay/engine'
      );
      const tell = (path: string, missing: string[]): void => {
        surroundings.write(`${path}\n`);
        for (const what of missing) surroundings.writeError(`  not in it: ${what}\n`);
      };
      // One file may hold several results of one task.
      const used = new Map<string, number>();
      for (const file of files) {
        if (await isInspectLog(file)) {
          const { path, missing } = await importInspectLog(file, flags.logDir);
          tell(path, missing);
          continue;
        }
        for (const run of await readForeignRuns(file)) {
          const name = `${run.format}_${run.task}_${run.model ?? 'unknown'}`.replaceAll(
            /[^\p{L}\p{N}.=-]+/gu,
            '-',
          );
          const count = (used.get(name) ?? 0) + 1;
          used.set(name, count);
          const path = join(flags.logDir, `${name}${count > 1 ? `-${count}` : ''}.eval`);
          await writeImportedRun(run, path, basename(file));
          tell(path, toMissing(run));
        }
      }
    });
}

/** `.json` may be anything: Inspect's begins with what no other has. */
async function isInspectLog(file: string): Promise<boolean> {
  if (file.endsWith('.eval')) return true;
  if (!file.endsWith('.json')) return false;
  const start = await readStart(file).catch(() => '');
  return /^\s*\{\s*"version"\s*:\s*\d+\s*,\s*"status"\s*:/.test(start);
}

async function readStart(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(200), 0, 200, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
