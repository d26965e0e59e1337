import type { EvalResults, EvalScore } from '@assay/spec';

/** What a log's header says about the value that an entry claims. */
export interface LogFigures {
  /** Samples that were scored. */
  n?: number;
  /** How many of them were right; only of a share of right answers. */
  correct?: number;
  /** Standard error, in the unit of the entry's value. */
  stderr?: number;
}

/** Entries write shares as they are or in percent. */
const scales = [1, 100];
const shares = new Set(['accuracy', 'mean']);

/**
 * The figures behind a value: those of the first score whose accuracy or mean is the value, up to the digits written.
 * A log that nowhere has this value explains nothing, so it gives nothing.
 */
export function toLogFigures(value: number, valueText: string, results: unknown): LogFigures {
  const found = (results as EvalResults | null)?.scores;
  if (!Array.isArray(found)) return {};
  for (const score of found) {
    const figures = figuresOf(score, value, tolerance(valueText));
    if (figures) return figures;
  }
  return {};
}

function figuresOf(score: EvalScore, value: number, within: number): LogFigures | null {
  for (const [name, metric] of Object.entries(score?.metrics ?? {})) {
    if (!shares.has(name) || typeof metric?.value !== 'number') continue;
    const scale = scales.find((factor) => Math.abs(metric.value * factor - value) <= within);
    if (scale === undefined) continue;
    const n = count(score.scored_samples);
    const right = n === undefined ? Number.NaN : metric.value * n;
    const stderr = score.metrics.stderr?.value;
    return {
      ...(n !== undefined && { n }),
      // With several epochs a sample can be half right; then there is no number of right ones.
      ...(Math.abs(right - Math.round(right)) < 1e-6 && { correct: Math.round(right) }),
      ...(typeof stderr === 'number' && { stderr: stderr * scale }),
    };
  }
  return null;
}

function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined;
}

/** Half a unit of the last digit written, and room for binary fractions. */
function tolerance(valueText: string): number {
  const digits = /^[-+]?\d*(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(valueText.trim());
  if (!digits) return 1e-9;
  const decimals = (digits[1]?.length ?? 0) - Number(digits[2] ?? 0);
  return 0.5 * 10 ** -decimals * (1 + 1e-9) + 1e-12;
}
