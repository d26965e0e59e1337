import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readLog } from '../log/open-log.ts';
import { type MockOptions, startMockEndpoint } from '../mock/mock-endpoint.ts';
import { type EvalRequest, type EvalServices, evaluate } from './evaluate.ts';
import type { RunProgress } from './progress.ts';
import type { RunSummary } from './run-summary.ts';
import { sumsModel, testServices, writeSums } from './test-benchmark.ts';

describe('a run', () => {
  const folders: string[] = [];
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  interface Outcome {
    summary: RunSummary;
    requests: number;
    peak: number;
  }

  async function runSums(
    count: number,
    mock: MockOptions,
    request: Partial<EvalRequest> & { solvers?: string[] } = {},
    services: Partial<EvalServices> = {},
  ): Promise<Outcome> {
    const folder = await writeSums(count, { solvers: request.solvers });
    folders.push(folder);
    const endpoint = await startMockEndpoint({ personality: sumsModel, ...mock });
    try {
      const { solvers: _solvers, ...options } = request;
      const [summary] = await evaluate(
        { task: folder, model: 'openai-api/mock/m', modelBaseUrl: endpoint.url, connections: 8, ...options },
        testServices(folder, services),
      );
      return { summary: summary!, requests: endpoint.counts().requests, peak: endpoint.counts().peak };
    } finally {
      await endpoint.close();
    }
  }

  it('scores every sample and says so in the log', async () => {
    const { summary, requests, peak } = await runSums(50, {});
    assert.equal(summary.status, 'success');
    assert.equal(summary.metrics['match/accuracy'], 0.9);
    assert.equal(requests, 50);
    assert.ok(peak <= 8);
    const log = await readLog(summary.logPath);
    assert.equal(log.results?.total_samples, 50);
    assert.equal(log.eval.dataset.samples, 50);
    assert.equal(log.samples?.length, 50);
    assert.equal(log.stats.model_usage['openai-api/mock/m']?.output_tokens, summary.accounting.scored * 2);
    const third = log.samples?.find((sample) => sample.id === 4);
    assert.equal(third?.scores?.match?.value, 'I');
    assert.equal(third?.output?.metadata?.system_fingerprint, 'assay-mock');
    const assay = log.eval.metadata?.assay as { plan: { profile: string; dataset: { digest: string } } };
    assert.match(assay.plan.profile, /^inspect-/);
    assert.match(assay.plan.dataset.digest, /^[0-9a-f]{64}$/);
  });

  it('begins a sample’s time with its first call, not while it waits for a connection', async () => {
    const { summary } = await runSums(8, { latencyMs: 20 }, { connections: 1, maxSamples: 8 });
    const { samples = [] } = await readLog(summary.logPath);
    assert.equal(samples?.length, 8);
    const spans = samples!.map(({ started_at: started, events }) => {
      const [call] = events as unknown as {
        timestamp: string;
        working_start: number;
        working_time: number;
      }[];
      const from = Date.parse(call!.timestamp);
      // What the sample did before its call counts, the wait does not. Two clocks, read one after the other.
      assert.ok(Math.abs(from - Date.parse(started!) - call!.working_start * 1000) <= 100);
      return { from, to: from + call!.working_time * 1000 };
    });
    spans.sort((a, b) => a.from - b.from);
    // One connection: no two calls at once. Stamps are whole milliseconds.
    for (const [at, { from }] of spans.entries()) if (at > 0) assert.ok(from >= spans[at - 1]!.to - 2);
  });

  it('repeats samples over epochs and reduces them', async () => {
    const { summary, requests } = await runSums(10, {}, { epochs: 3, epochsReducer: ['at_least_2'] });
    assert.equal(requests, 30);
    assert.equal(summary.accounting.planned, 30);
    const log = await readLog(summary.logPath);
    assert.equal(log.results?.scores[0]?.reducer, 'at_least_2');
    assert.equal(log.results?.scores[0]?.scored_samples, 10);
    assert.equal(summary.metrics['match/accuracy'], 0.9);
  });

  it('takes only the samples of the limit', async () => {
    const { summary, requests } = await runSums(50, {}, { limit: { start: 10, end: 15 } });
    assert.equal(requests, 5);
    const log = await readLog(summary.logPath);
    assert.deepEqual(log.samples?.map((sample) => sample.id).sort(), [11, 12, 13, 14, 15]);
    assert.deepEqual(log.eval.config.limit, [10, 15]);
  });

  it('survives what endpoints do, and counts every planned sample once', async () => {
    const failures = {
      rateLimited: 0.2,
      retryAfter: 0.01,
      serverErrors: 0.1,
      truncated: 0.05,
      notJson: 0.05,
    };
    let last: RunProgress | null = null;
    const { summary, requests } = await runSums(
      200,
      { failures },
      {},
      {
        onProgress: (now) => {
          last = now;
        },
      },
    );
    assert.equal(summary.status, 'success');
    assert.ok(requests > 200);
    const { planned, scored, failed } = summary.accounting;
    assert.deepEqual([planned, scored, failed], [200, 200, 0]);
    const progress = last as RunProgress | null;
    assert.equal(progress?.done, 200);
    assert.ok((progress?.retries['rate-limited'] ?? 0) > 0);
    assert.ok((progress?.retries['bad-answer'] ?? 0) > 0);
    const log = await readLog(summary.logPath);
    assert.ok(log.samples?.some((sample) => Array.isArray(sample.output?.metadata?.retries)));
    const { retries } = log.stats.assay as { retries: Record<string, number> };
    assert.deepEqual(Object.keys(retries).sort(), [
      'bad-answer',
      'connection',
      'rate-limited',
      'server-error',
    ]);
    assert.deepEqual(log.results?.metadata?.assay, log.stats.assay);
  });

  it('tells every failure that no retry mended by its class, and leaves no sample uncounted', async () => {
    const failures = { rateLimited: 0.1, serverErrors: 0.1, truncated: 0.1, notJson: 0.1, stalls: 0.1 };
    const refusing = {
      answer: (prompt: string) => (/[07] plus/.test(prompt) ? null : sumsModel.answer(prompt)),
    };
    const { summary } = await runSums(
      200,
      { failures, personality: refusing },
      { errors: { failOnError: false }, generate: { attempt_timeout: 0.2, max_retries: 0 } },
    );
    assert.equal(summary.status, 'success');
    const { planned, scored, failed, refused, unparsed, excluded, ...more } = summary.accounting;
    assert.equal(planned, 200);
    assert.equal(scored + failed + refused + unparsed + excluded, planned);
    const log = await readLog(summary.logPath);
    const codes = Map.groupBy(
      log.samples!.filter((sample) => sample.error),
      (sample) => String(sample.error?.code),
    );
    assert.deepEqual([...codes.keys()].sort(), [
      'bad-answer',
      'connection',
      'rate-limited',
      'refused',
      'server-error',
      'timeout',
    ]);
    assert.deepEqual(
      more.failures,
      Object.fromEntries(Array.from(codes, ([code, all]) => [code, all.length])),
    );
    assert.equal(log.samples?.length, 200);
  });

  it('finds how many calls an endpoint bears, and leaves the course of it in the log', async () => {
    const { summary, peak } = await runSums(
      800,
      { latencyMs: 2, failures: { rateLimited: 0.004, seed: 5 } },
      { connections: { start: 4, min: 2, max: 400 } },
    );
    assert.equal(summary.status, 'success');
    assert.ok(peak > 8, `${peak} at a time`);
    const log = await readLog(summary.logPath);
    const history = log.stats.connection_limit_history as { reason: string; new_limit: number }[];
    assert.equal(history[0]?.reason, 'slow_start');
    assert.ok(history.some((change) => change.reason === 'rate_limit'));
  });

  it('ends a run at its ceiling of costs, and goes on from there with a higher one', async () => {
    const prices = { 'openai-api/mock/m': { input: 100_000, output: 0 } };
    const { summary, requests } = await runSums(
      40,
      { latencyMs: 20 },
      { connections: 4, prices, maxCost: 4 },
    );
    assert.equal(summary.status, 'error');
    assert.match(summary.error ?? '', /^cost-ceiling: /);
    // Eight calls reach it, or seven; others may be under way when the last of them is answered, none begins.
    assert.ok(requests <= 8 + 3, `${requests} requests`);
    const log = await readLog(summary.logPath);
    assert.ok(log.samples!.length >= requests - 1);
    const usage = log.stats.model_usage['openai-api/mock/m'];
    assert.ok(Number(usage?.total_cost) >= 4);
    await assert.rejects(runSums(1, {}, { maxCost: 4 }), { code: 'plan-invalid' });
    const each = await runSums(2, {}, { prices, limits: { cost: 0.1 } });
    const limited = await readLog(each.summary.logPath);
    assert.deepEqual(
      limited.samples?.map((sample) => sample.limit?.type),
      ['cost', 'cost'],
    );
  });

  it('gives up on a stalled call after its time and tries again', async () => {
    const { summary } = await runSums(
      20,
      { failures: { stalls: 0.3 } },
      { generate: { attempt_timeout: 0.1 } },
    );
    assert.equal(summary.status, 'success');
  });

  it('survives an endpoint that is dead for a while', async () => {
    const { summary } = await runSums(60, {
      latencyMs: 2,
      failures: { dead: { afterRequests: 20, seconds: 0.5 } },
    });
    assert.equal(summary.status, 'success');
    assert.equal(summary.accounting.scored, 60);
  });

  it('ends at the first error by default, keeps what is finished and logs no secret', async () => {
    const marked = 'sk-marked-secret-000000';
    const leaky = { answer: () => null };
    const { summary } = await runSums(
      30,
      { personality: leaky },
      { generate: { extra_headers: { 'x-key': marked } } },
      { lookup: (name) => (name === 'MOCK_API_KEY' ? marked : undefined) },
    );
    assert.equal(summary.status, 'error');
    assert.match(summary.error ?? '', /^refused: /);
    const log = await readLog(summary.logPath);
    assert.equal(log.results, undefined);
    assert.equal(log.error?.code, 'refused');
    assert.ok((log.samples?.length ?? 0) >= 1);
    assert.ok(!JSON.stringify(log).includes(marked));
  });

  it('tolerates errors when told to, and leaves them out of the metrics', async () => {
    const some = { answer: (prompt: string) => (/ 1?5 plus/.test(prompt) ? null : sumsModel.answer(prompt)) };
    const { summary } = await runSums(20, { personality: some }, { errors: { failOnError: false } });
    assert.equal(summary.status, 'success');
    assert.equal(summary.accounting.failed, 2);
    assert.equal(summary.accounting.scored, 18);
    const strict = await runSums(20, { personality: some }, { errors: { failOnError: 0.5 } });
    assert.equal(strict.summary.status, 'success');
    const late = await runSums(
      20,
      { personality: some },
      { errors: { failOnError: 2, continueOnFail: true } },
    );
    assert.equal(late.summary.status, 'error');
    assert.equal(late.summary.accounting.missing, 0);
    assert.ok(late.summary.metrics['match/accuracy'] !== undefined);
  });

  it('tries failed samples again when told to', async () => {
    const seen = new Set<string>();
    const moody = {
      answer(prompt: string) {
        if (seen.has(prompt)) return sumsModel.answer(prompt);
        seen.add(prompt);
        return null;
      },
    };
    const { summary } = await runSums(5, { personality: moody }, { errors: { retryOnError: 1 } });
    assert.equal(summary.status, 'success');
    const log = await readLog(summary.logPath);
    assert.equal(log.samples?.[0]?.error_retries?.length, 1);
  });

  it('ends a sample at its limits and scores it as it stands', async () => {
    const solvers = [
      'name: generate',
      'name: user_message\n        args: {template: more}',
      'name: generate',
    ];
    const messages = await runSums(3, {}, { solvers, limits: { message: 2 } });
    const log = await readLog(messages.summary.logPath);
    assert.deepEqual(
      log.samples?.map((sample) => [sample.limit?.type, sample.messages?.length]),
      [
        ['message', 2],
        ['message', 2],
        ['message', 2],
      ],
    );
    assert.equal(messages.requests, 3);
    const tokens = await readLog((await runSums(2, {}, { limits: { token: 1 } })).summary.logPath);
    assert.deepEqual(
      tokens.samples?.map((sample) => [sample.limit?.type, sample.output?.completion]),
      [
        ['token', ''],
        ['token', ''],
      ],
    );
    const time = await readLog(
      (await runSums(2, { latencyMs: 5000 }, { limits: { time: 0.05 } })).summary.logPath,
    );
    assert.equal(time.status, 'success');
    assert.equal(time.samples?.[0]?.limit?.type, 'time');
  });

  it('keeps what is finished when it is cancelled', async () => {
    const abort = new AbortController();
    const onProgress = (now: RunProgress): void => {
      if (now.done >= 10) abort.abort(new Error('stopped by hand'));
    };
    const { summary, requests } = await runSums(
      2000,
      { latencyMs: 20 },
      {},
      { signal: abort.signal, onProgress },
    );
    assert.equal(summary.status, 'cancelled');
    const log = await readLog(summary.logPath);
    assert.equal(log.status, 'cancelled');
    assert.ok((log.samples?.length ?? 0) >= 10);
    assert.ok((log.samples?.length ?? 0) >= requests - 8);
    assert.equal(log.results, undefined);
  });

  it('leaves nothing but the log in its folder', async () => {
    const { summary } = await runSums(3, {});
    const folder = join(summary.logPath, '..');
    assert.deepEqual(await readdir(folder), [summary.logPath.slice(folder.length + 1)]);
    assert.equal((await readFile(summary.logPath)).subarray(0, 2).toString(), 'PK');
  });
});
