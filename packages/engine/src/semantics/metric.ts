import { SemanticsError } from './error.ts';
import { clusteredStderr, mean, standardDeviation, variance } from './metric/moments.ts';
import { studentQuantile } from './metric/student.ts';
import { pythonStr } from './python/values.ts';
import type { SampleScore } from './scores.ts';
import { valueToFloat } from './value-to-float.ts';

/** Sums up a scorer's values over the samples. Gets scored samples only; several numbers when it groups. */
export interface Metric {
  readonly name: string;
  readonly params?: Record<string, unknown>;
  compute(scores: SampleScore[]): number | Record<string, number>;
}

type Summary = (values: number[]) => number;

function metricOf(name: string, summary: Summary): Metric {
  return { name, compute: (scores) => summary(scores.map(toFloat)) };
}

function toFloat({ score }: SampleScore): number {
  return valueToFloat(score.value);
}

export function accuracy(): Metric {
  return metricOf('accuracy', mean);
}

export function meanMetric(): Metric {
  return metricOf('mean', mean);
}

/** Sample variance; 0 below two values. */
export function varianceMetric(): Metric {
  return metricOf('var', variance);
}

/** Sample standard deviation; 0 below two values. */
export function deviationMetric(): Metric {
  return metricOf('std', standardDeviation);
}

/** Standard error of the mean; with `cluster`, the name of a metadata key, samples of one cluster count together. */
export function stderr(options: { cluster?: string } = {}): Metric {
  const { cluster } = options;
  const compute: Metric['compute'] = (scores) => {
    const values = scores.map(toFloat);
    if (cluster !== undefined) return clusteredStderr(values, groupsOf(scores, cluster));
    return values.length < 2 ? 0 : standardDeviation(values) / Math.sqrt(values.length);
  };
  return cluster === undefined
    ? { name: 'stderr', compute }
    : { name: 'stderr', params: { cluster }, compute };
}

/** Confidence interval of the mean by Student's t: clusters minus one degrees of freedom when clustered. */
export function confidenceInterval(options: { level?: number; cluster?: string } = {}): Metric {
  const { level = 0.95, cluster } = options;
  const params = cluster === undefined ? { level } : { level, cluster };
  return {
    name: 'ci',
    params,
    compute: (scores) => {
      const center = mean(scores.map(toFloat));
      const count = cluster === undefined ? scores.length : new Set(groupsOf(scores, cluster)).size;
      if (count < 2) return { lower: center, upper: center };
      const error = stderr(cluster === undefined ? {} : { cluster }).compute(scores) as number;
      const half = studentQuantile(1 - (1 - level) / 2, count - 1) * error;
      return { lower: center - half, upper: center + half };
    },
  };
}

export interface Grouping {
  /** Metadata key whose value names the group. */
  groupKey: string;
  /** Overall value: over all samples, the mean of the groups, or none. */
  all?: 'samples' | 'groups' | false;
  allLabel?: string;
  /** With `{group_name}`. */
  nameTemplate?: string;
}

/** A metric per group, and one over all. */
export function grouped(metric: Metric, grouping: Grouping): Metric {
  const { groupKey, all = 'samples', allLabel = 'all', nameTemplate = '{group_name}' } = grouping;
  return {
    name: metric.name,
    compute: (scores) => {
      const groups = Map.groupBy(scores, (score) => groupOf(score, groupKey));
      if (all !== false && groups.has(allLabel)) {
        throw new SemanticsError('bad-metric', `a group is named "${allLabel}", like the overall value`);
      }
      const values: Record<string, number> = {};
      for (const [name, members] of groups) {
        values[nameTemplate.replaceAll('{group_name}', name)] = metric.compute(members) as number;
      }
      if (all === 'samples') values[allLabel] = metric.compute(scores) as number;
      if (all === 'groups') values[allLabel] = mean(Object.values(values));
      return values;
    },
  };
}

function groupsOf(scores: SampleScore[], key: string): string[] {
  return scores.map((score) => groupOf(score, key));
}

function groupOf(score: SampleScore, key: string): string {
  const value = score.sampleMetadata?.[key];
  if (value === undefined || value === null || Number.isNaN(value)) {
    throw new SemanticsError(
      'bad-metric',
      `sample ${score.sampleId} has no metadata "${key}" to group it by`,
    );
  }
  return pythonStr(value);
}

export function accuracyAndStderr(): Metric[] {
  return [accuracy(), stderr()];
}

export function meanAndStderr(): Metric[] {
  return [meanMetric(), stderr()];
}
