import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { toHeader, toSample, toStart } from '../log/log-fixture.ts';
import { createLogWriter } from '../log/log-writer.ts';
import { openLog, readLog } from '../log/open-log.ts';
import { type MockEndpoint, startMockEndpoint } from '../mock/mock-endpoint.ts';
import { toMaxSamples } from '../task/run-plan.ts';
import { evaluate } from './evaluate.ts';
import { resumeRun } from './resume-run.ts';
import { sumsModel, testServices, writeSums } from './test-benchmark.ts';

const AT_ONCE = 10;

describe('resuming a run', () => {
  const folders: string[] = [];
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  async function withSums(
    count: number,
    latencyMs: number,
    act: (folder: string, endpoint: MockEndpoint) => Promise<void>,
  ): Promise<void> {
    const folder = await writeSums(count);
    folders.push(folder);
    const endpoint = await startMockEndpoint({ personality: sumsModel, latencyMs });
    try {
      await act(folder, endpoint);
    } finally {
      await endpoint.close();
    }
  }

  /** Starts a run in another process and kills it after so many answers. */
  async function runAndKill(folder: string, endpoint: MockEndpoint, answers: number): Promise<string> {
    const script = fileURLToPath(new URL('./killed-run.ts', import.meta.url));
    const child = spawn(process.execPath, [script, folder, endpoint.url, String(AT_ONCE)], {
      stdio: 'inherit',
    });
    const before = endpoint.counts().answered;
    while (endpoint.counts().answered - before < answers) await wait(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    return (await newest(folder))!;
  }

  async function newest(folder: string): Promise<string | undefined> {
    const logs = (await readdir(join(folder, 'logs'))).filter((name) => name.endsWith('.eval')).sort();
    const last = logs.at(-1);
    return last && join(folder, 'logs', last);
  }

  it('repeats at most what was in flight when the writer was killed', async () => {
    await withSums(400, 5, async (folder, endpoint) => {
      let path = await runAndKill(folder, endpoint, 60);
      const torn = await readLog(path);
      assert.equal(torn.status, 'started');
      assert.ok(torn.samples!.length >= 60 - toMaxSamples(AT_ONCE));
      // Half of an entry, as a kill in the middle of a write leaves it.
      await appendFile(path, Buffer.from('PK\x03\x04 and no more'));

      const summary = await resumeRun(path, {}, testServices(folder));
      assert.equal(summary.status, 'success');
      assert.equal(summary.metrics['match/accuracy'], 0.9);
      assert.equal(summary.accounting.planned, 400);
      const { requests } = endpoint.counts();
      assert.ok(requests <= 400 + toMaxSamples(AT_ONCE), `${requests} requests for 400 samples`);

      path = summary.logPath;
      const log = await readLog(path);
      assert.equal(log.eval.task_id, torn.eval.task_id);
      assert.notEqual(log.eval.eval_id, torn.eval.eval_id);
      const ids = log.samples!.map((sample) => sample.id);
      assert.equal(new Set(ids).size, 400);
      assert.equal(ids.length, 400);
      const uuids = new Map(log.samples!.map((sample) => [sample.id, sample.uuid]));
      for (const sample of torn.samples!) assert.equal(uuids.get(sample.id), sample.uuid);
    });
  });

  it('continues a cancelled run, and runs failed samples again', async () => {
    await withSums(100, 20, async (folder, endpoint) => {
      const abort = new AbortController();
      const request = {
        task: folder,
        model: 'openai-api/mock/m',
        modelBaseUrl: endpoint.url,
        connections: 4,
      };
      const onProgress = (now: { done: number }): void => {
        if (now.done >= 10) abort.abort();
      };
      const [first] = await evaluate(request, testServices(folder, { signal: abort.signal, onProgress }));
      assert.equal(first!.status, 'cancelled');
      const second = await resumeRun(first!.logPath, {}, testServices(folder));
      assert.equal(second.status, 'success');
      assert.equal(second.accounting.scored, 100);
      const third = await resumeRun(second.logPath, {}, testServices(folder));
      assert.equal(third.status, 'success');
      assert.ok(endpoint.counts().requests <= 104);
    });
  });

  it('shows the new log only once it holds all finished samples of the old one', async () => {
    await withSums(300, 5, async (folder, endpoint) => {
      const path = await runAndKill(folder, endpoint, 100);
      const held = (await readLog(path)).samples!.length;
      const abort = new AbortController();
      const logDir = join(folder, 'logs');
      const running = resumeRun(path, {}, testServices(folder, { signal: abort.signal }));
      for (;;) {
        const names = (await readdir(logDir)).filter((name) => name.endsWith('.eval'));
        if (names.length < 2) continue;
        const log = await openLog(join(logDir, names.sort().at(-1)!));
        let samples = 0;
        for await (const _sample of log.samples()) samples++;
        await log.close();
        assert.ok(samples >= held);
        break;
      }
      abort.abort();
      // On a slow machine it may be done by now.
      assert.match((await running).status, /^(?:cancelled|success)$/);
    });
  });

  it('keeps no secret in the log, and asks for it again', async () => {
    await withSums(4, 0, async (folder, endpoint) => {
      const secret = 'sk-marked-secret-1111';
      const url = new URL(endpoint.url);
      url.password = secret;
      url.search = `key=${secret}`;
      const [done] = await evaluate(
        {
          task: folder,
          model: 'openai-api/mock/m',
          modelBaseUrl: url.href,
          connections: 2,
          generate: { extra_headers: { 'x-key': secret } },
        },
        testServices(folder, { lookup: () => secret }),
      );
      assert.equal(done!.status, 'success');
      assert.ok(!JSON.stringify(await readLog(done!.logPath)).includes(secret));
      await assert.rejects(resumeRun(done!.logPath, {}, testServices(folder)), { code: 'log-not-retryable' });
      const again = await resumeRun(
        done!.logPath,
        { extraHeaders: { 'x-key': secret } },
        testServices(folder),
      );
      assert.equal(again.status, 'success');
      assert.equal(endpoint.counts().requests, 4);
    });
  });

  it('refuses logs it cannot continue', async () => {
    await withSums(5, 0, async (folder, endpoint) => {
      const foreign = join(folder, 'foreign.eval');
      const writer = await createLogWriter(foreign, toStart('foreign'));
      await writer.writeSample(toSample(1));
      await writer.finish(toHeader(toStart('foreign'), 1), []);
      await assert.rejects(resumeRun(foreign, {}, testServices(folder)), { code: 'log-not-retryable' });

      const request = {
        task: folder,
        model: 'openai-api/mock/m',
        modelBaseUrl: endpoint.url,
        connections: 2,
      };
      const [done] = await evaluate(request, testServices(folder));
      await writeFile(join(folder, 'test.jsonl'), '{"question":"What is 1 plus 1?","target":"2"}\n');
      await assert.rejects(resumeRun(done!.logPath, {}, testServices(folder)), { code: 'log-not-retryable' });
      await assert.rejects(resumeRun(join(folder, 'none.eval'), {}, testServices(folder)), {
        code: 'log-missing',
      });
    });
  });
});
