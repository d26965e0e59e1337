import type { LogDiff } from '@assay/engine';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { toShort } from '../describe-log.ts';
import type { Surroundings } from '../surroundings.ts';
import { toTextTable } from '../text-table.ts';

const EXAMPLES = `
Examples:
  $ assay log diff logs/before.eval logs/after.eval
  $ assay log diff a.eval b.eval --samples 100
  $ assay log diff a.eval b.eval --json | jq .metrics

Exit codes: 0 the same settings and scores, 1 something differs.
`;

interface DiffFlags {
  samples: string;
  json?: boolean;
}

export function createLogDiffCommand(surroundings: Surroundings): Command {
  return new Command('diff')
    .description('Say how two runs differ: settings, metrics, and the scores of each sample.')
    .argument('<left>', 'a log')
    .argument('<right>', 'another log')
    .option('--samples <n>', 'list at most n samples', '20')
    .option('--json', 'everything as one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((left: string, right: string, flags: DiffFlags) => diff(left, right, flags, surroundings));
}

async function diff(
  left: string,
  right: string,
  flags: DiffFlags,
  surroundings: Surroundings,
): Promise<void> {
  const limit = Number(flags.samples);
  if (!Number.isInteger(limit) || limit < 0) throw new CliError('usage', '--samples takes a whole number');
  const { diffLogs, openLog } = await import('@assay/engine');
  const first = await openLog(left);
  const second = await openLog(right).catch(async (error: unknown) => {
    await first.close();
    throw error;
  });
  try {
    const found = await diffLogs(first, second);
    const differs =
      found.settings.length + found.metrics.length + found.samples.length + found.onlyLeft + found.onlyRight >
      0;
    if (differs) surroundings.exitCode = 1;
    surroundings.write(flags.json ? `${JSON.stringify(found, null, 2)}\n` : describe(found, limit));
  } finally {
    await first.close();
    await second.close();
  }
}

function describe(diff: LogDiff, limit: number): string {
  const show = (value: unknown): string =>
    typeof value === 'number' ? toShort(value) : JSON.stringify(value);
  const parts: string[] = [];
  const table = (title: string, rows: string[][]): void => {
    if (rows.length > 0) parts.push(`${title}\n${toTextTable(rows)}`);
  };
  const sides = (one: { name: string; left: unknown; right: unknown }): string[] => [
    `  ${one.name}`,
    show(one.left),
    '->',
    show(one.right),
  ];
  table('settings', diff.settings.map(sides));
  table('metrics', diff.metrics.map(sides));
  const rows = diff.samples
    .slice(0, limit)
    .map(({ id, epoch, left, right }) => [`  ${id}`, `epoch ${epoch}`, show(left), '->', show(right)]);
  table(`samples that differ: ${diff.samples.length}`, rows);
  const rest = diff.samples.length - rows.length;
  if (rest > 0) parts.push(`  and ${rest} more`);
  parts.push(`${diff.same} samples the same, ${diff.onlyLeft} only left, ${diff.onlyRight} only right`);
  return `${parts.join('\n')}\n`;
}
