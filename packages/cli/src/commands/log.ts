import { openLog } from '@assay/engine';
import { Command } from 'commander';
import { describeLog } from '../describe-log.ts';

export function createLogCommand(): Command {
  const log = new Command('log').description('look into logs');
  log
    .command('show')
    .description('what a log says: task, model, setup, scores, failures')
    .argument('<log>', 'an .eval or .json log')
    .option('--json', 'the header as JSON')
    .option('--samples <n>', 'list the first n samples too', Number)
    .addHelpText(
      'after',
      '\nExamples:\n  $ assay log show logs/run.eval\n  $ assay log show logs/run.eval --json | jq .results\n',
    )
    .action(async (path: string, options: { json?: boolean; samples?: number }) => {
      const reader = await openLog(path);
      try {
        const header = await reader.header();
        console.log(options.json ? JSON.stringify(header, null, 2) : describeLog(header));
        let left = options.samples ?? 0;
        for await (const sample of reader.summaries()) {
          if (left-- <= 0) break;
          const scores = Object.entries(sample.scores ?? {}).map(
            ([name, score]) => `${name}=${JSON.stringify(score.value)}`,
          );
          console.log(
            `${sample.id}\tepoch ${sample.epoch}\t${sample.error ? `error: ${sample.error}` : scores.join(' ')}`,
          );
        }
      } finally {
        await reader.close();
      }
    });
  return log;
}
