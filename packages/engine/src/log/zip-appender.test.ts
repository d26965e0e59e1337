import assert from 'node:assert/strict';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createZipAppender } from './zip-appender.ts';

const fullDisk = '/dev/full';
const hasFullDisk = await access(fullDisk).then(
  () => true,
  () => false,
);

describe('an appended zip', () => {
  it('reads back what it appended, several entries at once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-zip-'));
    const zip = await createZipAppender(join(folder, 'a.zip'));
    const texts = Array.from({ length: 50 }, (_none, at) => `entry ${at} ${'x'.repeat(at * 100)}`);
    const entries = await Promise.all(texts.map((text, at) => zip.append(`${at}.txt`, Buffer.from(text))));
    for (const [at, entry] of entries.entries())
      assert.equal((await zip.readBack(entry)).toString(), texts[at]);
    await zip.discard();
    await assert.rejects(access(join(folder, 'a.zip')));
    await rm(folder, { recursive: true });
  });

  it('takes nothing more after a write that failed', {
    skip: hasFullDisk ? false : 'no /dev/full here',
  }, async () => {
    const zip = await createZipAppender(fullDisk, 'r+');
    await assert.rejects(zip.append('a', Buffer.from('a')), { code: 'ENOSPC' });
    await assert.rejects(zip.append('b', Buffer.from('b')), { code: 'ENOSPC' });
    await assert.rejects(zip.finish(), { code: 'ENOSPC' });
    await zip.close();
  });
});
