import { readFile } from 'node:fs/promises';
import { type ResultDetails, readResult, replicateResult, uploadEvidence } from '@assay/client';
import { Command, InvalidArgumentError } from 'commander';
import { CliError } from '../cli-error.ts';
import { readConnection } from '../environment.ts';
import { toCommandLine } from '../reproduction.ts';
import type { Surroundings } from '../surroundings.ts';
import { createEvalCommand } from './eval.ts';

interface ReproduceFlags {
  run?: boolean;
  log?: string;
  margin: number;
  model?: string;
  modelBaseUrl?: string;
}

const EXAMPLES = `
Examples:
  $ assay reproduce https://hub.example.org/results/0123456789abcdef01234567    # prints the exact command
  $ assay reproduce 0123456789abcdef01234567 --run --model-base-url http://127.0.0.1:8000/v1
  $ assay reproduce 0123456789abcdef01234567 --log logs/again.eval --margin 0.01

With --run (or --log, for a run made already) the hub compares both logs: replicated when the difference lies surely
within the margin, not when it lies surely outside, inconclusive when the samples cannot tell. Each is counted on the row.

Exit codes: 0 printed or replicated, 1 not replicated or inconclusive, 2 the command was not understood.
`;

/** `assay reproduce RESULT`: the exact command behind a result, and what came of running it again. */
export function createReproduceCommand(surroundings: Surroundings): Command {
  return new Command('reproduce')
    .description('Make the exact command behind a result; run it again and let the hub compare.')
    .argument('<result>', 'id of a result, or the address of its page')
    .option('--run', 'run it, hand in the log, and compare')
    .option('--log <file>', 'instead of running: the log of a run made already')
    .option('--margin <share>', 'difference that does not matter, as a share', parseShare, 0.02)
    .option('--model <name>', 'how the model is called here, when not as in the log')
    .option('--model-base-url <url>', 'where it is served here')
    .addHelpText('after', EXAMPLES)
    .action((result: string, flags: ReproduceFlags) => reproduce(result, flags, surroundings));
}

async function reproduce(result: string, flags: ReproduceFlags, surroundings: Surroundings): Promise<void> {
  const connection = readConnection(surroundings.env);
  const id = /([0-9a-f]{24})\/?$/.exec(result)?.[1];
  if (!id)
    throw new CliError('usage', `"${result}" is no result: give its id (24 hexadecimal digits) or its page`);
  const details = await readResult(connection, id);
  const command = toCommandLine(headerOf(details), flags);
  if (!flags.run && flags.log === undefined) return void surroundings.write(`${command.text}\n`);
  const log = flags.log ?? (await runAgain(command.args, surroundings));
  const about = { model: details.result.model, dataset: details.result.dataset };
  const { digest } = await uploadEvidence(connection, new Blob([await readFile(log)]), about);
  const { verdict, difference, interval, margin } = await replicateResult(connection, id, {
    evidence: digest,
    margin: flags.margin,
  });
  const points = (share: number) => `${(share * 100).toFixed(2)}`;
  surroundings.write(
    `${verdict}: the new value differs by ${points(difference)} points (90 % interval ${points(interval.low)} to ` +
      `${points(interval.high)}; margin ${points(margin)}).\n`,
  );
  if (verdict !== 'replicated') surroundings.exitCode = 1;
}

function headerOf({ evidence, result }: ResultDetails) {
  if (evidence) return evidence.log;
  throw new CliError(
    'log-unfit',
    `result ${result.id} has no log on this hub, so nobody can say how it was made`,
  );
}

/** Runs `assay eval …` in this process; answers the path of its log. */
async function runAgain(args: string[], surroundings: Surroundings): Promise<string> {
  let said = '';
  const own: Surroundings = {
    ...surroundings,
    exitCode: 0,
    write: (text) => {
      said += text;
    },
  };
  await createEvalCommand(own).parseAsync([...args.slice(1), '--json'], { from: 'user' });
  const last = said.trim().split('\n').at(-1) ?? '';
  const done = own.exitCode === 0 ? (JSON.parse(last) as { tasks?: { log_location: string }[] }) : null;
  const path = done?.tasks?.[0]?.log_location;
  if (path === undefined) throw new CliError('log-unfit', `the run did not succeed: assay ${args.join(' ')}`);
  return path;
}

function parseShare(text: string): number {
  const share = Number(text);
  if (share > 0 && share < 1) return share;
  throw new InvalidArgumentError('give a share between 0 and 1, such as 0.02');
}
