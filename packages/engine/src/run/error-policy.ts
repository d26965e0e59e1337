import type { ErrorPolicy } from '../task/run-plan.ts';

/** Whether so many failed samples are too many; shares are of the planned samples. */
export function isTooMany(failed: number, planned: number, policy: ErrorPolicy): boolean {
  const { failOnError } = policy;
  if (failOnError === false || failed === 0) return false;
  if (failOnError === true || failOnError === 0) return true;
  return failOnError < 1 ? failed / planned >= failOnError : failed >= failOnError;
}
