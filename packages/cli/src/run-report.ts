import type { LmEvalOutcome, RunSummary } from '@assay/engine';
import { toShort } from './describe-log.ts';
import { toTextTable } from './text-table.ts';

/** What came of a run, for people: metrics, where the samples went, the log. */
export function describeSummary(summary: RunSummary): string {
  const rows: string[][] = [
    ['task', summary.task],
    ['model', summary.model],
    ...(summary.engine ? [['engine', summary.engine]] : []),
    ['status', summary.status + (summary.error ? `: ${summary.error}` : '')],
    ...Object.entries(summary.metrics).map(([name, value]) => [name, toShort(value)]),
    ['samples', describeAccounting(summary.accounting)],
    ['log', summary.logPath],
  ];
  return toTextTable(rows);
}

/** `400: 392 scored, 8 without a readable answer`; parts of nothing are left out. */
function describeAccounting(accounting: RunSummary['accounting']): string {
  const parts: [number, string][] = [
    [accounting.scored, 'scored'],
    [accounting.unparsed, 'without a readable answer'],
    [accounting.refused, 'refused by the model'],
    [accounting.unscored, 'not scored'],
    [accounting.failed, `failed${describeFailures(accounting.failures)}`],
    [accounting.missing, 'not run'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${accounting.planned}: ${said.join(', ') || 'none'}`;
}

/** What a group of lm-evaluation-harness adds to the runs of its tasks: its own values, and what was left out. */
export function describeLmEval({ groups, skipped }: LmEvalOutcome): string {
  const rows = Object.entries(groups).flatMap(([group, values]) =>
    Object.entries(values).map(([metric, value]) => [`group ${group}`, metric, toShort(value)]),
  );
  const left = skipped.map(({ task, because }) => `left out: ${task}, because ${because}\n`).join('');
  return (rows.length > 0 ? `${toTextTable(rows)}\n` : '') + left;
}

/** ` (2 timeout, 1 server-error)` */
function describeFailures(failures: Record<string, number>): string {
  const kinds = Object.entries(failures).map(([kind, count]) => `${count} ${kind}`);
  return kinds.length > 0 ? ` (${kinds.join(', ')})` : '';
}

/** What to do next: submit what succeeded, finish what did not. */
export function toNextStep(summaries: RunSummary[]): string {
  const lines = summaries.map((summary) =>
    summary.status === 'success'
      ? `  assay submit ${summary.logPath} --repo ORG/MODEL`
      : summary.engine
        ? `  assay log show ${summary.logPath}, then run it anew`
        : `  assay eval-retry ${summary.logPath}`,
  );
  return lines.length === 0 ? '' : `\nNext:\n${lines.join('\n')}\n`;
}
