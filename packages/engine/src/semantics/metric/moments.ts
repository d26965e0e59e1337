/** Moments of a list of numbers. Empty and single lists give 0, as Inspect's metrics do. */

export function mean(values: number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}

/** Denominator n − 1. */
export function variance(values: number[]): number {
  if (values.length < 2) return 0;
  const center = mean(values);
  return sum(values.map((value) => (value - center) ** 2)) / (values.length - 1);
}

export function standardDeviation(values: number[]): number {
  return Math.sqrt(variance(values));
}

/** Standard error of the mean when values of one group hang together: with the C/(C−1) correction; 0 below two groups. */
export function clusteredStderr(values: number[], groups: string[]): number {
  const center = mean(values);
  const residuals = new Map<string, number>();
  for (const [index, group] of groups.entries()) {
    residuals.set(group, (residuals.get(group) ?? 0) + values[index]! - center);
  }
  const count = residuals.size;
  if (count < 2) return 0;
  const squares = sum(Array.from(residuals.values(), (residual) => residual ** 2));
  return Math.sqrt((squares * count) / (count - 1)) / values.length;
}

/** Neumaier's sum: what a plain loop loses to rounding is carried along. */
export function sum(values: number[]): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}
