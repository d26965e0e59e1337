import { type EvalLogHeader, readPlan } from '@assay/spec';
import { toTextTable } from './text-table.ts';

/** A log's header in a dozen lines for people. */
export function describeLog(header: EvalLogHeader): string {
  const { eval: spec, results, stats } = header;
  const rows: string[][] = [
    ['status', header.status + (header.invalidated ? ' (invalidated)' : '')],
    ['task', spec.task],
    [
      'dataset',
      [spec.dataset.location ?? spec.dataset.name, readPlan(header)?.dataset.commit]
        .filter(Boolean)
        .join(' @ '),
    ],
    ['model', spec.model],
    ...toEngine(header),
    ['created', spec.created],
    ['samples', toCounts(header)],
  ];
  const usage = Object.values(stats.model_usage ?? {});
  if (usage.length > 0) {
    const [input, output] = ['input_tokens', 'output_tokens'].map((key) =>
      usage.reduce((sum, one) => sum + Number(one[key] ?? 0), 0),
    );
    rows.push(['tokens', `${input} in, ${output} out`]);
  }
  if (header.error) rows.push(['error', header.error.message]);
  for (const score of results?.scores ?? []) {
    const metrics = Object.values(score.metrics).map((metric) => `${metric.name} ${toShort(metric.value)}`);
    rows.push([`score ${score.name}`, metrics.join(', ')]);
  }
  return toTextTable(rows);
}

/** Who ran it, when that was another engine. */
function toEngine({ eval: { metadata } }: EvalLogHeader): string[][] {
  const { engine } = (metadata?.assay ?? {}) as { engine?: { name: string; version: string } };
  return engine ? [['engine', `${engine.name} ${engine.version}`]] : [];
}

/** `12 of 20 completed`: what was planned and what has a score. */
function toCounts(header: EvalLogHeader): string {
  const { results } = header;
  if (!results) return 'no results';
  return `${results.completed_samples} of ${results.total_samples} completed`;
}

/** At most six decimals, no trailing zeros. */
export function toShort(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(6))) : String(value);
}
