import { Command } from 'commander';
import { describeLog } from '../describe-log.ts';
import type { Surroundings } from '../surroundings.ts';
import { createLogConvertCommand } from './log-convert.ts';
import { createLogDiffCommand } from './log-diff.ts';
import { createLogListCommand } from './log-list.ts';
import { createLogMergeCommand } from './log-merge.ts';
import { createLogRecoverCommand } from './log-recover.ts';

interface ShowFlags {
  json?: boolean;
  samples?: string;
}

const EXAMPLES = `
Examples:
  $ assay log show logs/run.eval
  $ assay log show logs/run.eval --samples 20
  $ assay log show logs/run.eval --json | jq .results
`;

export function createLogCommand(surroundings: Surroundings): Command {
  const log = new Command('log').description('List, read, compare, convert and rescue logs.');
  const show = new Command('show')
    .description('Say what a log holds: task, model, scores, failures.')
    .argument('<log>', 'an .eval or .json log')
    .option('--json', 'the header as JSON')
    .option('--samples <n>', 'list the first n samples too')
    .addHelpText('after', EXAMPLES)
    .action((path: string, flags: ShowFlags) => showLog(path, flags, surroundings));
  for (const create of [
    createLogListCommand,
    createLogConvertCommand,
    createLogDiffCommand,
    createLogMergeCommand,
    createLogRecoverCommand,
  ]) {
    log.addCommand(create(surroundings));
  }
  return log.addCommand(show);
}

async function showLog(path: string, flags: ShowFlags, surroundings: Surroundings): Promise<void> {
  const { openLog } = await import('@assay/engine');
  const reader = await openLog(path);
  try {
    const header = await reader.header();
    surroundings.write(`${flags.json ? JSON.stringify(header, null, 2) : describeLog(header)}\n`);
    let left = Number(flags.samples ?? 0);
    if (left === 0) return;
    for await (const sample of reader.summaries()) {
      const scores = Object.entries(sample.scores ?? {}).map(
        ([name, score]) => `${name}=${JSON.stringify(score.value)}`,
      );
      const outcome = sample.error ? `error: ${sample.error}` : scores.join(' ');
      surroundings.write(`${sample.id}\tepoch ${sample.epoch}\t${outcome}\n`);
      left -= 1;
      if (left === 0) return;
    }
  } finally {
    await reader.close();
  }
}
