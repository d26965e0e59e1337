import { Command } from 'commander';
import { toShort } from '../describe-log.ts';
import { type FoundLog, findLogs } from '../find-logs.ts';
import type { Surroundings } from '../surroundings.ts';
import { toTextTable } from '../text-table.ts';

const EXAMPLES = `
Examples:
  $ assay log list
  $ assay log list runs --status error
  $ assay log list --json | jq -r 'select(.model == "openai-api/local/llama").log'
`;

interface ListFlags {
  status?: string;
  json?: boolean;
}

export function createLogListCommand(surroundings: Surroundings): Command {
  return new Command('list')
    .description('List the logs of a folder, newest first.')
    .argument('[folder]', 'where the logs are (INSPECT_LOG_DIR; ./logs)')
    .option('--status <status>', 'only logs that are started, success, cancelled or error')
    .option('--json', 'one JSON line for each log')
    .addHelpText('after', EXAMPLES)
    .action((folder: string | undefined, flags: ListFlags) =>
      listLogs(folder ?? surroundings.env.INSPECT_LOG_DIR ?? './logs', flags, surroundings),
    );
}

async function listLogs(folder: string, flags: ListFlags, surroundings: Surroundings): Promise<void> {
  const rows: string[][] = [['created', 'task', 'model', 'status', 'samples', 'score', 'log']];
  for await (const log of findLogs(folder)) {
    if (flags.status && log.header?.status !== flags.status) continue;
    if (flags.json) surroundings.write(`${JSON.stringify(toLine(log))}\n`);
    else rows.push(toRow(log));
  }
  if (!flags.json) surroundings.write(`${toTextTable(rows)}\n`);
}

function toLine({ path, size, header }: FoundLog): object {
  if (!header) return { log: path, size, status: 'unreadable' };
  const { eval: spec, status, results } = header;
  return {
    log: path,
    size,
    status,
    created: spec.created,
    task: spec.task,
    model: spec.model,
    samples: results ? { completed: results.completed_samples, total: results.total_samples } : null,
    scores: Object.fromEntries(headline(header)),
  };
}

function toRow({ name, header }: FoundLog): string[] {
  if (!header) return ['', '', '', 'unreadable', '', '', name];
  const { eval: spec, status, results } = header;
  const samples = results ? `${results.completed_samples}/${results.total_samples}` : '';
  const [first] = headline(header);
  const score = first ? `${first[0]} ${toShort(first[1])}` : '';
  return [spec.created.slice(0, 19), spec.task, spec.model, status, samples, score, name];
}

function headline(header: NonNullable<FoundLog['header']>): [string, number][] {
  return (header.results?.scores ?? []).flatMap((score) =>
    Object.values(score.metrics).map((one): [string, number] => [`${score.name}/${one.name}`, one.value]),
  );
}
