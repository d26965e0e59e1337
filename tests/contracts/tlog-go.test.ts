import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createCommit, createOrg, createRepo } from '@assay/client';
import { type Finished, runAssay, startProgram } from '../support/assay.ts';
import { buildGo } from '../support/go-program.ts';
import { startTestHub, type TestHub } from '../support/hub.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const SOURCE = fileURLToPath(new URL('go', import.meta.url));
const PUBLISH_MS = 30_000;
const model = { type: 'model', name: 'loggers/model' } as const;

test('a Go program on x/mod/sumdb holds our checkpoints, tiles, inclusion and consistency, and finds a changed byte', async (t) => {
  const folder = await createTemporaryFolder(t);
  const binary = join(folder, 'tlog');
  const missing = await buildGo(SOURCE, binary);
  if (missing) return t.skip(missing);

  const hub = await startTestHub(t);
  await createOrg(hub.connection, { name: 'loggers' });
  await createRepo(hub.connection, model);
  const older: string[] = [];
  let size = 0;
  for (const count of [1, 3, 270, 40]) {
    await submitResults(hub, older.length, count);
    size += count;
    const path = join(folder, `checkpoint-${size}`);
    await writeFile(path, await checkpointOf(hub, size));
    older.push(path);
  }

  const run = (url: string): Promise<Finished> => startProgram(binary, [url, ...older]).finished;
  const done = await run(hub.url);
  assert.equal(done.code, 0, done.stderr);
  const { origin, ...counts } = JSON.parse(done.stdout);
  assert.match(origin, /\/tlog$/);
  assert.deepEqual(counts, { size, entries: size, inclusions: size, consistency: older.length });
  const known = join(folder, 'known.json');
  for (const words of ['begins with 0 known', 'begins with 1 known']) {
    const checked = await runAssay(['tlog', 'fsck', hub.url, '--known', known]);
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);
    assert.ok(checked.stdout.includes(words), checked.stdout);
  }

  const dir = join(hub.dataDir, 'tlog');
  assert.equal((await run(await serveFolder(t, dir, ''))).code, 0, 'static files alone will do');
  const { code } = await runAssay(['tlog', 'fsck', '--data', hub.dataDir, '--known', known]);
  assert.equal(code, 0);
  for (const path of ['checkpoint', 'tile/0/000', 'tile/entries/000', 'tile/1/000.p/1']) {
    const url = await serveFolder(t, dir, path);
    assert.equal((await run(url)).code, 1, `Go: one byte of ${path} is another`);
    const checked = await runAssay(['tlog', 'fsck', url, '--known', known]);
    assert.equal(checked.code, 1, `fsck: one byte of ${path} is another`);
    assert.match(checked.stdout, /^problem\[[a-z-]+\] /m);
  }
});

async function submitResults(hub: TestHub, at: number, count: number): Promise<void> {
  const entries = Array.from({ length: count }, (_, task) =>
    [
      `- dataset: {id: loggers/sums, task_id: task-${task}}`,
      `  value: ${task / 1000}`,
      '  date: "2026-01-15"',
      '',
    ].join('\n'),
  );
  await createCommit(hub.connection, model, {
    summary: 'Add results',
    changes: [{ kind: 'put', path: `.eval_results/part-${at}.yaml`, content: entries.join('') }],
  });
}

/** The checkpoint, once it covers so many leaves: each result is one. */
async function checkpointOf(hub: TestHub, size: number): Promise<string> {
  for (const deadline = performance.now() + PUBLISH_MS; ; await sleep(50)) {
    const text = await (await fetch(`${hub.url}/tlog/checkpoint`)).text();
    if (text.split('\n')[1] === String(size)) return text;
    assert.ok(performance.now() < deadline, `no checkpoint over ${size} leaves, but ${text}`);
  }
}

/** Serves the static files of a log as any web server would, with one byte of one path changed. */
async function serveFolder(t: TestContext, dir: string, changed: string): Promise<string> {
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace('/tlog/', '');
    const bytes = await readFile(join(dir, path)).catch(() => null);
    if (bytes && path === changed) bytes[bytes.length >> 1]! ^= 1;
    response.writeHead(bytes ? 200 : 404).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
