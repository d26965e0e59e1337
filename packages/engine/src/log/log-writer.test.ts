import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { toSampleEntry } from './entry-names.ts';
import { toHeader, toSample, toStart } from './log-fixture.ts';
import type { StoredLogSample } from './log-reader.ts';
import { createLogWriter } from './log-writer.ts';
import { openLog, readLog } from './open-log.ts';
import { writeJsonLog } from './write-json-log.ts';

describe('a log', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-log-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
    const all: T[] = [];
    for await (const item of items) all.push(item);
    return all;
  }

  function toStored(id: number): StoredLogSample {
    const sample = { id, epoch: 1, input: '', target: '' };
    const bytes = Buffer.from(JSON.stringify(sample));
    const entry = { name: toSampleEntry(id, 1), method: 0, crc: crc32(bytes), size: bytes.length, bytes };
    return { entry, summary: sample };
  }

  it('reads back what was written, NaN included', async () => {
    const path = join(folder, 'whole.eval');
    const start = toStart();
    const writer = await createLogWriter(path, start);
    await Promise.all([1, 2, 3].map((id) => writer.writeSample(toSample(id))));
    const many = Array.from({ length: 2500 }, (_, id) => ({ sample_id: id, value: id % 7 ? 1 : Number.NaN }));
    const reductions = [
      { scorer: 'match', samples: [{ sample_id: 1, value: 1, answer: '4' }] },
      { scorer: 'nobody', reducer: 'mean', samples: [] },
      { scorer: 'choice', reducer: null, samples: many },
    ];
    await writer.finish(toHeader(start, 3), reductions);

    const log = await openLog(path);
    assert.equal(log.recovered, false);
    assert.equal((await log.header()).status, 'success');
    assert.deepEqual(await log.sample(2, 1), toSample(2));
    assert.ok(Number.isNaN((await log.sample(2, 1)).scores?.match?.value));
    assert.deepEqual(await log.reductions(), reductions);
    const summaries = await collect(log.summaries());
    assert.deepEqual(summaries.map((one) => [one.id, one.message_count]).sort(), [
      [1, 2],
      [2, 2],
      [3, 2],
    ]);
    await assert.rejects(log.sample(4, 1), { code: 'sample-missing' });
    await log.close();
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith('.')),
      [],
    );
  });

  it('is readable as started while it grows, and its directory is not lost to the next sample', async () => {
    const path = join(folder, 'growing.eval');
    const writer = await createLogWriter(path, toStart('grow'));
    await writer.writeSample(toSample(1));
    const log = await openLog(path);
    assert.equal((await log.header()).status, 'started');
    assert.equal((await collect(log.summaries())).length, 1);
    await log.close();
    await writer.writeSample(toSample(2));
    await writer.abandon();
    assert.equal((await readLog(path)).samples?.length, 2);
  });

  it('keeps every whole sample when its tail is torn anywhere', async () => {
    const path = join(folder, 'torn.eval');
    const writer = await createLogWriter(path, toStart('torn'));
    const ends: number[] = [];
    for (let id = 1; id <= 5; id++) {
      await writer.writeSample(toSample(id, `text ${'x'.repeat(id * 200)}${id}`));
      ends.push((await readFile(path)).length);
    }
    const whole = await readFile(path);
    await writer.abandon();
    let most = 0;
    for (let length = whole.length; length > 0; length -= 37) {
      const torn = join(folder, 'torn-copy.eval');
      await writeFile(torn, whole);
      await truncate(torn, length);
      const log = await openLog(torn).catch((error: { code: string }) => {
        assert.equal(error.code, 'log-damaged');
        return null;
      });
      if (!log) continue;
      const samples = await collect(log.samples());
      assert.deepEqual(
        samples.map((one) => one.id),
        samples.map((_one, index) => index + 1),
      );
      most = Math.max(most, samples.length);
      await log.close();
    }
    assert.equal(most, 5);
    assert.equal(ends.length, 5);
  });

  it('does not believe a stale directory behind overwritten bytes', async () => {
    const path = join(folder, 'stale.eval');
    const writer = await createLogWriter(path, toStart('stale'));
    await writer.writeSample(toSample(1));
    const before1 = await readFile(path);
    await writer.writeSample(toSample(2, 'y'.repeat(3000)));
    const after2 = await readFile(path);
    await writer.abandon();
    // The write of sample 2 stopped after 20 bytes: the directory that listed sample 1 is damaged, its end is not.
    const mixed = Buffer.from(before1);
    const differs = mixed.findIndex((byte, at) => byte !== after2[at]);
    after2.copy(mixed, differs, differs, differs + 20);
    const torn = join(folder, 'stale-copy.eval');
    await writeFile(torn, mixed);
    const log = await openLog(torn);
    assert.equal(log.recovered, true);
    assert.deepEqual(
      (await collect(log.samples())).map((one) => one.id),
      [1],
    );
    await log.close();
  });

  it('can be written as JSON, and reads back the same', async () => {
    const path = join(folder, 'both.eval');
    const start = toStart('both');
    const writer = await createLogWriter(path, start);
    for (const id of [1, 2]) await writer.writeSample(toSample(id));
    await writer.finish(toHeader(start, 2), [{ scorer: 'match', samples: [] }]);
    const log = await openLog(path);
    await writeJsonLog(log, join(folder, 'both.json'));
    await log.close();
    const json = await openLog(join(folder, 'both.json'));
    assert.equal(json.format, 'json');
    assert.deepEqual((await collect(json.summaries())).length, 2);
    await json.close();
    assert.deepEqual(await readLog(join(folder, 'both.json')), await readLog(path));
  });

  it('is refused when it is none', async () => {
    const path = join(folder, 'none.eval');
    for (const text of ['', 'PK', 'hello', '{"a": 1}', '{', 'PK\x03\x04']) {
      await writeFile(path, text);
      await assert.rejects(openLog(path), { code: 'log-damaged' }, text);
    }
    await assert.rejects(openLog(join(folder, 'missing.eval')), { code: 'log-missing' });
  });

  it('never takes the place of another', async () => {
    const path = join(folder, 'taken.eval');
    await writeFile(path, 'precious');
    await assert.rejects(createLogWriter(path, toStart('taken')), { code: 'log-exists' });
    assert.equal(await readFile(path, 'utf8'), 'precious');
    assert.ok(!(await readdir(folder)).some((name) => name.includes('taken.unfinished')));
  });

  it('stays hidden until it is published', async () => {
    const path = join(folder, 'hidden.eval');
    const writer = await createLogWriter(path, toStart('hidden'), { hidden: true });
    await writer.writeSample(toSample(1));
    await assert.rejects(readFile(path), { code: 'ENOENT' });
    await writer.publish();
    assert.equal((await readLog(path)).samples?.length, 1);
    await writer.abandon();
  });

  it('takes over samples of another log byte for byte', async () => {
    const first = join(folder, 'first.eval');
    const writer = await createLogWriter(first, toStart('first'));
    for (const id of [1, 2, 3]) await writer.writeSample(toSample(id));
    await writer.abandon();
    const source = await openLog(first);
    const second = await createLogWriter(join(folder, 'second.eval'), toStart('second'));
    for await (const stored of source.storedSamples((one) => one.id !== 2)) await second.copySample(stored);
    await second.finish(toHeader(toStart('second'), 2), []);
    await source.close();
    const log = await readLog(join(folder, 'second.eval'));
    assert.deepEqual(log.samples, [toSample(1), toSample(3)]);
  });

  it('holds more entries than a plain zip can count', async () => {
    const path = join(folder, 'many.eval');
    const writer = await createLogWriter(path, toStart('many'));
    // Stored, not compressed: only their number matters.
    for (let from = 1; from <= 66_000; from += 500) {
      await Promise.all(Array.from({ length: 500 }, (_none, at) => writer.copySample(toStored(from + at))));
    }
    await writer.finish(toHeader(toStart('many'), 66_000), []);
    const log = await openLog(path);
    assert.equal(log.recovered, false);
    assert.equal((await log.sample(66_000, 1)).id, 66_000);
    let summaries = 0;
    for await (const _summary of log.summaries()) summaries++;
    assert.equal(summaries, 66_000);
    await log.close();
  });
});
