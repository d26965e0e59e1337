/** What is shown of a run's progress: part of the engine's RunProgress. */
export interface ProgressFacts {
  done: number;
  total: number;
  errors: number;
  /** Samples a second. */
  rate: number;
  /** Seconds; null while nothing can be said. */
  remaining: number | null;
  tokens: number;
  /** Requests under way, and how many there may be now. */
  connections?: { active: number; limit: number } | null;
  /** Requests repeated so far, by reason. */
  retries?: Partial<Record<string, number>>;
  /** Dollars. */
  cost?: number;
  /** Why calls wait right now, and for how long at most. */
  waiting: { reason: string; ms: number } | null;
}

/** `120/400  30%  45/s  1 error  12k tokens  16/20 conns  0:06 left`, short enough for one line. */
export function toProgressLine(facts: ProgressFacts): string {
  const { done, total, errors, rate, remaining, tokens, waiting } = facts;
  const parts = [`${done}/${total}`, `${total === 0 ? 100 : Math.floor((100 * done) / total)}%`];
  if (rate > 0) parts.push(`${rate >= 10 ? rate.toFixed(0) : rate.toFixed(1)}/s`);
  if (errors > 0) parts.push(`${errors} ${errors === 1 ? 'error' : 'errors'}`);
  if (tokens > 0) parts.push(`${toThousands(tokens)} tokens`);
  if (facts.cost) parts.push(`$${facts.cost.toFixed(facts.cost < 10 ? 3 : 2)}`);
  if (facts.connections) parts.push(`${facts.connections.active}/${facts.connections.limit} conns`);
  const retries = Object.values(facts.retries ?? {}).reduce<number>((sum, count) => sum + (count ?? 0), 0);
  if (retries > 0) parts.push(`${retries} ${retries === 1 ? 'retry' : 'retries'}`);
  if (waiting) parts.push(`${waiting.reason}, waiting ${toClock(waiting.ms / 1000)}`);
  if (done < total && remaining !== null) parts.push(`${toClock(remaining)} left`);
  return parts.join('  ');
}

/** Seconds as `m:ss` or `h:mm:ss`. */
export function toClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0
    ? `${h}:${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}`
    : `${m}:${String(s).padStart(2, '0')}`;
}

function toThousands(count: number): string {
  if (count < 10_000) return String(count);
  return count < 10_000_000 ? `${Math.round(count / 1000)}k` : `${(count / 1e6).toFixed(1)}M`;
}

export interface ProgressDisplay {
  show(facts: ProgressFacts): void;
  close(): void;
}

/** Redraws at most ten times a second; plain output gets a line every ten per cent or ten seconds. */
const REDRAW_MS = 100;
const PLAIN_MS = 10_000;

/** Shows progress on a stream: `live` redraws one line, `plain` writes few lines, `none` writes nothing. */
export function createProgressDisplay(
  mode: 'live' | 'plain' | 'none',
  out: { write(text: string): unknown; columns?: number },
  now: () => number = () => performance.now(),
): ProgressDisplay {
  let shownAt = Number.NEGATIVE_INFINITY;
  let shownTenth = -1;
  let dirty = false;
  const live = (facts: ProgressFacts): void => {
    const line = toProgressLine(facts).slice(0, (out.columns ?? 80) - 1);
    out.write(`\r\u001b[2K${line}`);
    dirty = true;
  };
  return {
    show(facts) {
      if (mode === 'none') return;
      const finished = facts.done >= facts.total;
      const tenth = facts.total === 0 ? 10 : Math.floor((10 * facts.done) / facts.total);
      const due = now() - shownAt >= (mode === 'live' ? REDRAW_MS : PLAIN_MS);
      if (mode === 'live' ? !due && !finished : !due && tenth === shownTenth) return;
      shownAt = now();
      shownTenth = tenth;
      if (mode === 'live') live(facts);
      else out.write(`${toProgressLine(facts)}\n`);
    },
    close() {
      if (dirty) out.write('\n');
      dirty = false;
    },
  };
}
