import type { TestContext } from 'node:test';
import { startHubPair } from './hub-pair.ts';
import { startHubProcess, type TestHub } from './hub-process.ts';

export type { TestHub } from './hub-process.ts';

/**
 * A real hub, until the test ends: `assay serve` as a process of its own, with its own PostgreSQL and folder. Under
 * `ASSAY_TEST_HUBS=2` it is two of them on one database, folder and bucket, behind a proxy, of which now and then one
 * is killed. A test that speaks to its hub over HTTP alone need not know.
 */
export function startTestHub(
  t: Pick<TestContext, 'after'>,
  settings: Record<string, string> = {},
): Promise<TestHub> {
  return process.env.ASSAY_TEST_HUBS === '2' ? startHubPair(t, settings) : startHubProcess(t, settings);
}
