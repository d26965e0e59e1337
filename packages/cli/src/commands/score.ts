import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { toShort } from '../describe-log.ts';
import { parsePair } from '../flag-parsers.ts';
import { keepHeapSmall } from '../heap-settings.ts';
import { findTemplates } from '../prompt-templates.ts';
import type { Surroundings } from '../surroundings.ts';
import { toTextTable } from '../text-table.ts';

const EXAMPLES = `
Examples:
  $ assay score logs/run.eval                                         # its own scorers, by today's rules
  $ assay score logs/run.eval --scorer match -S numeric=true
  $ assay score logs/run.eval --scorer exact --scorer includes --action overwrite
  $ assay score logs/run.eval --scorer model_graded_qa --model-role grader=openai-api/local/judge

The model that answered is not asked again. A log of any size is scored in the same memory.
`;

interface ScoreFlags {
  scorer: string[];
  scorerArgs?: Record<string, unknown>;
  action?: 'append' | 'overwrite';
  overwrite?: boolean;
  outputFile?: string;
  modelRole?: Record<string, unknown>;
  templates?: string;
}

/** `assay score LOG`: scores what was answered once more. */
export function createScoreCommand(surroundings: Surroundings): Command {
  return new Command('score')
    .description('Score the samples of a log again, without the model.')
    .argument('<log>', 'an .eval or .json log')
    .option('--scorer <name>', 'scorer; repeatable (default: those of the log)', gather, [])
    .option('-S, --scorer-args <key=value>', 'argument of the one scorer named; repeatable', parsePair)
    .addOption(
      new Option(
        '--action <how>',
        'beside the scores there are, or instead of them (default: append with --scorer)',
      ).choices(['append', 'overwrite']),
    )
    .option('--overwrite', 'replace the log itself')
    .option('--output-file <file>', 'where the scored log goes (default: LOG-scored)')
    .option('--model-role <role=model>', 'model that a scorer asks, e.g. grader; repeatable', parsePair)
    .option('--templates <source>', 'prompt texts for judges: assay, inspect, a folder or a wheel')
    .addHelpText('after', EXAMPLES)
    .action((log: string, flags: ScoreFlags) => score(log, flags, surroundings));
}

function gather(text: string, previous: string[]): string[] {
  return [...previous, text];
}

async function score(path: string, flags: ScoreFlags, surroundings: Surroundings): Promise<void> {
  keepHeapSmall();
  const to = toPlace(path, flags);
  const { convertLog, createModel, openLog, rescoreLog } = await import('@assay/engine');
  const scored = `${to.replace(/\.(eval|json)$/, '')}.${process.pid}.new.eval`;
  const log = await openLog(path);
  try {
    const request = {
      path: scored,
      scorers: toSteps(flags),
      action: flags.action ?? (flags.scorer.length > 0 ? 'append' : 'overwrite'),
      modelRoles: toRoles(flags.modelRole),
    } as const;
    const summary = await rescoreLog(log, request, {
      templates: await findTemplates(flags.templates, surroundings.env),
      openModel: (name, onRetry) => createModel(name, { lookup: (key) => surroundings.env[key], onRetry }),
    });
    if (to.endsWith('.json')) {
      const fresh = await openLog(scored);
      await convertLog(fresh, to).finally(() => fresh.close());
    } else await rename(scored, to);
    const rows = Object.entries(summary.metrics).map(([name, value]) => [name, toShort(value)]);
    const counts = `${summary.scored} scored${summary.failed > 0 ? `, ${summary.failed} failed and left` : ''}`;
    surroundings.write(`${toTextTable([...rows, ['samples', counts], ['log', to]])}\n`);
  } finally {
    await log.close();
    await rm(scored, { force: true });
  }
}

function toPlace(path: string, flags: ScoreFlags): string {
  if (flags.overwrite) return path;
  const to = flags.outputFile ?? path.replace(/(\.eval|\.json)?$/, '-scored$1');
  if (!existsSync(to)) return to;
  throw new CliError('usage', `${to} is there already`, {
    hint: 'give --output-file FILE, or --overwrite to replace the log itself',
  });
}

function toSteps({
  scorer,
  scorerArgs,
}: ScoreFlags): { name: string; args: Record<string, unknown> }[] | null {
  if (scorerArgs && scorer.length !== 1) {
    throw new CliError('usage', '-S gives arguments to one scorer', {
      hint: 'name exactly one with --scorer',
    });
  }
  if (scorer.length === 0) return null;
  return scorer.map((name) => ({ name, args: scorerArgs ?? {} }));
}

function toRoles(roles: Record<string, unknown> = {}): Record<string, string[]> {
  return Object.fromEntries(Object.entries(roles).map(([role, names]) => [role, String(names).split(',')]));
}
