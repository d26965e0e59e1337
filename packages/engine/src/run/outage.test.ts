import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import type { EvalLogHeader } from '@assay/spec';
import { openLog } from '../log/open-log.ts';
import { type MockEndpoint, startMockEndpoint } from '../mock/mock-endpoint.ts';
import { defaultRetryPolicy } from '../model/retry.ts';
import { evaluate } from './evaluate.ts';
import { resumeRun } from './resume-run.ts';
import type { Accounting } from './run-totals.ts';
import { sumsModel, testServices, writeSums } from './test-benchmark.ts';

type MockFailures = ReturnType<MockEndpoint['counts']>['failures'];

// `npm run soak:outage`: 5,000 samples, an endpoint that is dead for 60 s, and the retries of a real run.
const SAMPLES = Number(process.env.ASSAY_OUTAGE_SAMPLES ?? 300);
const SECONDS = Number(process.env.ASSAY_OUTAGE_SECONDS ?? 0.6);
/** The waits of a real run, shorter as the outage is. */
const scale = Math.min(SECONDS / 60, 1);
const retry = {
  firstWaitMs: defaultRetryPolicy.firstWaitMs * scale,
  longestWaitMs: defaultRetryPolicy.longestWaitMs * scale,
};
/** A busy machine may be slow: what is late is tried again, and counted as late. */
const ATTEMPT_SECONDS = Math.max(SECONDS / 6, 3);
const random = { rateLimited: 0.03, serverErrors: 0.05, stalls: 0.01, truncated: 0.02, notJson: 0.02 };
const kinds = ['bad-answer', 'connection', 'rate-limited', 'server-error', 'timeout'];
/** Refuses one question in ten: no retry mends that. */
const refusing = {
  answer: (prompt: string) => (/7 plus/.test(prompt) ? null : sumsModel.answer(prompt)),
};

test(`an endpoint dead for ${SECONDS} s, storms of 429, and one answer in eight broken: every sample is accounted for`, async (t) => {
  const folder = await writeSums(SAMPLES);
  t.after(() => rm(folder, { recursive: true, force: true }));
  const failures = {
    ...random,
    retryAfter: SECONDS / 30,
    storm: { afterRequests: SAMPLES / 4, seconds: SECONDS / 6 },
    dead: { afterRequests: SAMPLES / 2, seconds: SECONDS },
  };
  const endpoint = await startMockEndpoint({ personality: refusing, latencyMs: 5, failures });
  t.after(() => endpoint.close());
  const [summary] = await evaluate(
    {
      task: folder,
      model: 'openai-api/mock/m',
      modelBaseUrl: endpoint.url,
      connections: 20,
      errors: { failOnError: false },
      generate: { attempt_timeout: ATTEMPT_SECONDS },
    },
    testServices(folder, { retry }),
  );
  const counts = endpoint.counts();
  assert.equal(summary!.status, 'success');
  assertAdded(summary!.accounting);
  // The model refuses a tenth, knows nine sums in ten; whatever else went wrong was mended.
  assert.deepEqual(summary!.accounting.failures, { refused: SAMPLES / 10 });
  assert.equal(summary!.accounting.scored, SAMPLES * 0.9);
  const { header, classes } = await readClasses(summary!.logPath);
  assert.deepEqual(classes, { refused: SAMPLES / 10 });
  const { retries } = header.stats.assay as { retries: Record<string, number> };
  assert.deepEqual(Object.keys(retries).sort(), kinds);
  assertFrom(retries, counts.failures);
  t.diagnostic(JSON.stringify({ requests: counts.requests, failures: counts.failures, retries }));
});

test('without retries each failure is in the log with its class, and a retry of the log mends them', async (t) => {
  const folder = await writeSums(SAMPLES);
  t.after(() => rm(folder, { recursive: true, force: true }));
  const endpoint = await startMockEndpoint({ personality: refusing, latencyMs: 5, failures: random });
  t.after(() => endpoint.close());
  const [first] = await evaluate(
    {
      task: folder,
      model: 'openai-api/mock/m',
      modelBaseUrl: endpoint.url,
      connections: 20,
      errors: { failOnError: false },
      generate: { attempt_timeout: ATTEMPT_SECONDS, max_retries: 0 },
    },
    testServices(folder),
  );
  assertAdded(first!.accounting);
  const { classes } = await readClasses(first!.logPath);
  assert.deepEqual(classes, first!.accounting.failures);
  assert.deepEqual(Object.keys(classes).sort(), [...kinds, 'refused'].sort());
  assertFrom(classes, endpoint.counts().failures);
  let last = first!;
  for (let round = 0; last.accounting.failed > SAMPLES / 10; round++) {
    assert.ok(round < 20, 'failures of chance end');
    last = await resumeRun(last.logPath, {}, testServices(folder));
    assertAdded(last.accounting);
  }
  assert.equal(last.accounting.scored, SAMPLES * 0.9);
});

/** Each class is what the endpoint did. (It may do something to a call that was given up as late.) */
function assertFrom(classes: Record<string, number>, done: MockFailures): void {
  const { stall = 0, truncated = 0, dead = 0 } = done;
  assert.ok(classes['rate-limited']! <= done['rate-limited']!);
  assert.ok(classes['server-error']! <= done['server-error']!);
  assert.ok(classes['bad-answer']! <= done['not-json']!);
  assert.ok(classes.connection! <= truncated + dead);
  assert.ok(classes.timeout! >= stall);
}

function assertAdded({ planned, scored, failed, refused, unparsed, excluded }: Accounting): void {
  assert.equal(planned, SAMPLES);
  assert.equal(scored + failed + refused + unparsed + excluded, planned);
}

/** How many samples of a log failed, by class; none stands in it twice. */
async function readClasses(
  path: string,
): Promise<{ header: EvalLogHeader; classes: Record<string, number> }> {
  const log = await openLog(path);
  const classes: Record<string, number> = {};
  const seen = new Set<number | string>();
  for await (const { id, error } of log.samples()) {
    seen.add(id);
    if (error) classes[String(error.code)] = (classes[String(error.code)] ?? 0) + 1;
  }
  const header = await log.header();
  await log.close();
  assert.equal(seen.size, SAMPLES);
  return { header, classes };
}
