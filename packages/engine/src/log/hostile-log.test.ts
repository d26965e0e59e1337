import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { toHeader, toSample, toStart } from './log-fixture.ts';
import { openLog } from './open-log.ts';
import { createZipAppender } from './zip-appender.ts';

const limits = { entry: 1 << 20, walk: 1 << 21 };
const header = toHeader(toStart(), 1);
const blank = ' '.repeat(1 << 21);

async function walk(path: string): Promise<void> {
  const log = await openLog(path, limits);
  try {
    await log.header();
    for await (const _summary of log.summaries());
  } finally {
    await log.close();
  }
}

describe("a stranger's log", () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-hostile-'));
  });
  after(() => rm(folder, { recursive: true }));

  /** A zip of these members; `cut` takes its directory away, as a killed writer would. */
  async function zipOf(members: Record<string, string>, cut = false): Promise<string> {
    const path = join(folder, `${Math.random()}.eval`);
    const zip = await createZipAppender(path);
    for (const [name, text] of Object.entries(members)) await zip.append(name, Buffer.from(text));
    await zip.finish();
    if (!cut) return path;
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'))));
    return path;
  }

  it('is not expanded beyond what its reader allows', async () => {
    const whole = JSON.stringify(header);
    const summaries = await zipOf({ 'header.json': whole, 'summaries.json': `[${blank}]` });
    const bombs = [
      await zipOf({ 'header.json': `{"x": "${blank}"}` }),
      summaries,
      await zipOf({ 'header.json': whole, 'samples/1_epoch_1.json': `{"x": "${blank}"}` }),
    ];
    for (const path of bombs) await assert.rejects(walk(path), { code: 'log-too-large' });
    const log = await openLog(summaries);
    for await (const _summary of log.summaries()) assert.fail('there is none');
    await log.close();
  });

  it('is not expanded without end by many members, with a directory or without', async () => {
    const one = JSON.stringify(toSample(1, ' '.repeat(200_000)));
    const many = Object.fromEntries([1, 2, 3, 4].map((id) => [`samples/${id}_epoch_1.json`, one]));
    const members = { 'header.json': JSON.stringify(header), ...many };
    await assert.rejects(walk(await zipOf(members)), { code: 'log-too-large' });
    await assert.rejects(walk(await zipOf(members, true)), { code: 'log-too-large' });
  });

  it('is refused when its parts have not the shape of a log', async () => {
    const path = join(folder, 'odd.json');
    const deep = JSON.stringify({ ...header, samples: [] }).replace(
      '"config":{',
      `"config":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)},`,
    );
    const texts = [5, [1, null], [{ id: { a: 1 } }]].map((samples) => JSON.stringify({ ...header, samples }));
    for (const text of [...texts, deep]) {
      await writeFile(path, text);
      await assert.rejects(walk(path), { code: 'log-damaged' }, text.slice(-100));
    }
  });
});
