const COUNT = new Intl.NumberFormat('en-GB');

/** `12,032` */
export function toCount(count: number): string {
  return COUNT.format(count);
}

/** `1 model`, `12 models` */
export function toCounted(count: number, one: string, many = `${one}s`): string {
  return `${COUNT.format(count)} ${count === 1 ? one : many}`;
}

/** Bytes as `512 B`, `1.5 KB`, `20 MB` (powers of 1000). */
export function toSize(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let rest = bytes;
  let unit = 0;
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  return `${unit === 0 || rest >= 10 ? Math.round(rest) : rest.toFixed(1)} ${units[unit]}`;
}

/** A computed figure for reading, four significant digits at most: `0.5633`, `56.33`. */
export function toFigure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Seconds as `12 s`, `3 min 20 s`, `1 h 5 min`. */
export function toDuration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A share as `56.3 %`. */
export function toPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
