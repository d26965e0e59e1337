/** Counts failures per client address over the last minute, in this process's memory. */
export interface FailureLimit {
  /** Seconds until this address may try again; 0 when it may now. */
  waitSeconds(address: string): number;
  /** Notes one failure. */
  fail(address: string): void;
  /** Takes the newest one back: what was counted beforehand turned out well. */
  forgive(address: string): void;
}

const windowMs = 60_000;
const mostAddresses = 10_000;

export function createFailureLimit(perMinute: number, now: () => number = Date.now): FailureLimit {
  const failures = new Map<string, number[]>();
  const recent = (address: string) => (failures.get(address) ?? []).filter((at) => at > now() - windowMs);
  return {
    waitSeconds(address) {
      const times = recent(address);
      return times.length < perMinute ? 0 : Math.ceil((times[0]! + windowMs - now()) / 1000);
    },
    fail(address) {
      const times = [...recent(address), now()].slice(-perMinute);
      failures.delete(address); // so that the map stays ordered by last failure
      failures.set(address, times);
      if (failures.size > mostAddresses) failures.delete(failures.keys().next().value!);
    },
    forgive(address) {
      failures.get(address)?.pop();
    },
  };
}
