import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readLog } from '../log/open-log.ts';
import { type MockEndpoint, startMockEndpoint } from '../mock/mock-endpoint.ts';
import { evaluateSet } from './evaluate-set.ts';
import { sumsModel, testServices, writeSums } from './test-benchmark.ts';

describe('a set of runs', () => {
  const folders: string[] = [];
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  async function withTasks(
    act: (tasks: string[], endpoint: MockEndpoint, moods: Set<string>) => Promise<void>,
  ): Promise<void> {
    const tasks = [await writeSums(10), await writeSums(12)];
    folders.push(...tasks);
    // Each question fails once before it is answered.
    const moods = new Set<string>();
    const moody = {
      answer(prompt: string) {
        if (moods.has(prompt)) return sumsModel.answer(prompt);
        moods.add(prompt);
        return null;
      },
    };
    const endpoint = await startMockEndpoint({ models: { good: sumsModel, moody } });
    try {
      await act(tasks, endpoint, moods);
    } finally {
      await endpoint.close();
    }
  }

  it('goes on until each task has a complete log with each model, and leaves it alone then', async () => {
    await withTasks(async (tasks, endpoint) => {
      const services = testServices(tasks[0]!);
      const request = {
        tasks,
        models: ['openai-api/mock/good', 'openai-api/mock/moody'],
        modelBaseUrl: endpoint.url,
        connections: 3,
        waitMs: 1,
        attempts: 30,
      };
      const first = await evaluateSet(request, services);
      assert.equal(first.complete, true);
      assert.deepEqual(
        first.runs.map((run) => run.summary?.accounting.planned),
        [10, 12, 10, 12],
      );
      const names = await readdir(services.logDir);
      assert.equal(names.length, 4, 'what a retry has replaced is gone');
      for (const run of first.runs) assert.equal((await readLog(run.logPath!)).status, 'success');

      const { requests } = endpoint.counts();
      const second = await evaluateSet(request, services);
      assert.equal(second.complete, true);
      assert.equal(endpoint.counts().requests, requests, 'nothing is run twice');

      // Another setting is another run: the folder is not its own.
      const other = { ...request, generate: { temperature: 1 } };
      await assert.rejects(evaluateSet(other, services), { code: 'log-dir-foreign' });
      const beside = await evaluateSet(
        { ...other, models: ['openai-api/mock/good'], allowDirty: true },
        services,
      );
      assert.equal(beside.complete, true);
      assert.equal((await readdir(services.logDir)).length, 6);
    });
  });

  it('gives up after its attempts and says what is not complete', async () => {
    await withTasks(async (tasks, endpoint) => {
      const services = testServices(tasks[0]!);
      const models = ['openai-api/mock/nobody', 'openai-api/mock/good'];
      const outcome = await evaluateSet(
        { tasks: [tasks[0]!], models, modelBaseUrl: endpoint.url, connections: 2, waitMs: 1, attempts: 2 },
        services,
      );
      assert.equal(outcome.complete, false);
      assert.deepEqual(
        outcome.runs.map((run) => run.complete),
        [false, true],
      );
      assert.match(outcome.runs[0]!.summary?.error ?? '', /^refused: /);
    });
  });

  it('plans everything before it runs anything', async () => {
    await withTasks(async (tasks, endpoint) => {
      await writeFile(join(tasks[1]!, 'eval.yaml'), 'tasks: []');
      const services = testServices(tasks[0]!);
      const request = { tasks, models: ['openai-api/mock/good'], modelBaseUrl: endpoint.url };
      await assert.rejects(evaluateSet(request, services), { code: 'plan-invalid' });
      assert.equal(endpoint.counts().requests, 0);
    });
  });
});
