import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLogWriter, type LogWriter } from '@assay/engine';
import { EVAL_LOG_VERSION, type EvalLogStart, type EvalSample } from '@assay/spec';
import { startAssay } from '../support/assay.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { NARROW, openPage, overflow, seriousFaults, WIDE, withoutBrowser } from './browser.ts';

const PLANNED = 4;
const missing = await withoutBrowser();

/** Begins a run of four sums; what it finishes is up to the caller. */
async function beginRun(folder: string, name: string): Promise<{ writer: LogWriter; start: EvalLogStart }> {
  const start: EvalLogStart = {
    version: EVAL_LOG_VERSION,
    eval: {
      eval_id: name,
      run_id: 'run',
      created: '2026-11-24T00:00:00+00:00',
      task: `hf/org/${name}`,
      task_id: name,
      task_version: 0,
      dataset: { name: 'sums', samples: PLANNED, sample_ids: [1, 2, 3, 4] },
      model: 'openai-api/local/m',
      model_args: {},
      config: { epochs: 1 },
      scorers: [{ name: 'match', options: {} }],
    },
    plan: { name: 'plan', steps: [], config: {} },
  };
  return { writer: await createLogWriter(join(folder, `${name}.eval`), start), start };
}

function toSample(id: number): EvalSample {
  const content = `It is ${id}`;
  const message = { role: 'assistant' as const, content };
  return {
    id,
    epoch: 1,
    input: `What is ${id}?`,
    target: String(id),
    messages: [{ role: 'user', content: `What is ${id}?` }, message],
    output: { model: 'm', choices: [{ message, stop_reason: 'stop' }], completion: content },
    scores: { match: { value: id === 2 ? 'I' : 'C', answer: String(id) } },
    metadata: {},
  };
}

async function finish({ writer, start }: Awaited<ReturnType<typeof beginRun>>): Promise<void> {
  const metrics = { accuracy: { name: 'accuracy', value: 0.75, params: {} } };
  const scores = [{ name: 'match', scorer: 'match', params: {}, metrics, scored_samples: PLANNED }];
  const results = { total_samples: PLANNED, completed_samples: PLANNED, scores };
  const stats = { started_at: start.eval.created, completed_at: start.eval.created, model_usage: {} };
  await writer.finish({ ...start, status: 'success', results, stats }, []);
}

const cleanups: (() => unknown)[] = [];
const lifetime = { after: (act: () => unknown) => void cleanups.push(act) };
let url = '';
let folder = '';

before(async () => {
  if (missing) return;
  folder = join(await createTemporaryFolder(lifetime), 'logs');
  await mkdir(folder);
  const done = await beginRun(folder, 'finished');
  for (let id = 1; id <= PLANNED; id += 1) await done.writer.writeSample(toSample(id));
  await finish(done);
  const view = startAssay(['view', folder, '--port', '0']);
  cleanups.push(async () => {
    view.child.kill('SIGTERM');
    await view.finished;
  });
  url = await new Promise<string>((resolve, reject) => {
    let said = '';
    view.child.stdout!.on('data', (chunk) => {
      said += String(chunk);
      const found = /at (http:\S+)/.exec(said);
      if (found) resolve(found[1]!);
    });
    view.finished.then((end) => reject(new Error(`assay view ended: ${end.stderr}`)), reject);
  });
});
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

test('a folder of logs is listed, and leads to samples, without JavaScript', { skip: missing }, async (t) => {
  const { page, complaints } = await openPage(t, { ...NARROW, javaScript: false });
  await page.goto(url);
  assert.equal(await page.locator('h1').textContent(), 'Logs');
  assert.equal(await page.getByRole('link', { name: 'Log in' }).count(), 0);
  assert.equal(await overflow(page), 0);
  await page.getByRole('link', { name: 'hf/org/finished' }).click();
  assert.equal(await overflow(page), 0);
  await page.getByRole('link', { name: 'incorrect', exact: true }).click();
  await page.getByRole('link', { name: '2', exact: true }).click();
  assert.match((await page.locator('main').textContent())!, /It is 2/);
  assert.deepEqual(complaints, []);
});

test('a run is seen while it goes on, and its numbers move by themselves', { skip: missing }, async (t) => {
  const run = await beginRun(folder, 'running');
  await run.writer.writeSample(toSample(1));
  await run.writer.writeSample(toSample(2));
  const { page, complaints } = await openPage(t, WIDE);
  await page.goto(url);
  assert.deepEqual(await seriousFaults(page), []);
  const row = page.getByRole('row', { name: /hf\/org\/running/ });
  await row.getByText('2 of 4').waitFor();
  await row.getByText('50.0 % so far').waitFor();
  await row.getByRole('link').click();
  await page.getByText('This run goes on').waitFor();
  assert.deepEqual(await seriousFaults(page), []);
  for (const id of [3, 4]) await run.writer.writeSample(toSample(id));
  await page.getByText('4 of 4 samples').waitFor();
  await finish(run);
  await page.getByText('4 of 4 samples completed').waitFor();
  assert.equal(await page.getByText('This run goes on').count(), 0);
  assert.deepEqual(complaints, []);
});

test('a page of another name is refused, so that no site reads logs through its visitor', {
  skip: missing,
}, async () => {
  const { port } = new URL(url);
  const { request } = await import('node:http');
  const status = await new Promise((resolve, reject) => {
    const asked = request({
      port,
      host: '127.0.0.1',
      path: '/api/assay/evidence',
      headers: { host: 'evil.example' },
    });
    asked.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
    asked.end();
  });
  assert.equal(status, 403);
  for (const path of ['/api/assay/evidence/..%2f..%2fetc', `/api/assay/evidence/${'0'.repeat(64)}/file`]) {
    assert.equal((await fetch(url + path)).status, 404);
  }
});
