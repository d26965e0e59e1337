import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Publisher } from '@assay/engine';
import { Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { findLogPaths } from '../find-logs.ts';
import type { Surroundings } from '../surroundings.ts';

const EXAMPLES = `
Examples:
  $ assay log convert logs/run.eval --to json
  $ assay log convert logs/run.json --to eval --output run.eval
  $ assay log convert old-logs --to eval --output-dir new-logs     # every log of a folder
  $ assay log convert logs/run.eval --to every-eval-ever --model-id org/model --organization me --output-dir eee

Every Eval Ever gets two files of each log, the sums and the samples, where its datastore wants them:
DIR/data/COLLECTION/ORG/MODEL/UUID.json and UUID_samples.jsonl. The same log again replaces them.
`;

interface ConvertFlags {
  to: 'eval' | 'json' | 'every-eval-ever';
  modelId?: string;
  organization: string;
  relationship: Publisher['relationship'];
  output?: string;
  outputDir?: string;
  overwrite?: boolean;
}

export function createLogConvertCommand(surroundings: Surroundings): Command {
  return new Command('convert')
    .description('Write logs in another format; between eval and json nothing in them changes.')
    .argument('<source>', 'a log, or a folder of logs')
    .addOption(
      new Option('--to <format>', 'format to write')
        .choices(['eval', 'json', 'every-eval-ever'])
        .makeOptionMandatory(),
    )
    .option('--output <file>', 'where the one log goes (default: beside it)')
    .option('--output-dir <folder>', 'where the logs go, in folders as they lie')
    .option('--model-id <org/name>', 'every-eval-ever: the model as its makers call it')
    .option('--organization <name>', 'every-eval-ever: who publishes the result', 'unknown')
    .addOption(
      new Option('--relationship <kind>', 'every-eval-ever: of who publishes to who made the model')
        .choices(['first_party', 'third_party', 'collaborative', 'other'])
        .default('other'),
    )
    .option('--overwrite', 'replace files that are there')
    .addHelpText('after', EXAMPLES)
    .action((source: string, flags: ConvertFlags) => convertLogs(source, flags, surroundings));
}

async function convertLogs(source: string, flags: ConvertFlags, surroundings: Surroundings): Promise<void> {
  const many = (await stat(source).catch(() => null))?.isDirectory() ?? false;
  if (many && flags.output) {
    throw new CliError('usage', '--output names one file, and there are many logs', {
      hint: 'use --output-dir',
    });
  }
  for (const name of many ? await findLogPaths(source) : [basename(source)]) {
    const from = many ? join(source, name) : source;
    if (flags.to === 'every-eval-ever') {
      await exportOne(from, flags, surroundings);
      continue;
    }
    const place = flags.outputDir ? join(flags.outputDir, name) : from;
    const to = flags.output ?? place.replace(/\.(eval|json)$/, `.${flags.to}`);
    await convertOne(from, to, flags.overwrite ?? false);
    surroundings.write(`${to}\n`);
  }
}

async function exportOne(from: string, flags: ConvertFlags, surroundings: Surroundings): Promise<void> {
  const { openLog, writeEveryEvalEver } = await import('@assay/engine');
  const { modelId, organization, relationship } = flags;
  const log = await openLog(from);
  try {
    const publisher = { modelId, organization, relationship };
    const written = await writeEveryEvalEver(log, flags.outputDir ?? '.', publisher);
    surroundings.write(`${written.aggregate}\n${written.instances}\n`);
    if (written.left > 0) surroundings.writeError(`  not in it: ${written.left} samples without a score\n`);
  } finally {
    await log.close();
  }
}

async function convertOne(from: string, to: string, overwrite: boolean): Promise<void> {
  const { convertLog, openLog } = await import('@assay/engine');
  const { rename, rm } = await import('node:fs/promises');
  if (existsSync(to) && !overwrite) {
    throw new CliError('usage', `${to} is there already`, { hint: 'give --overwrite, or another place' });
  }
  await mkdir(dirname(to), { recursive: true });
  const fresh = to.replace(/\.(\w+)$/, `.${process.pid}.new.$1`);
  const log = await openLog(from);
  try {
    await convertLog(log, fresh);
    await rename(fresh, to);
  } finally {
    await log.close();
    await rm(fresh, { force: true });
  }
}
