import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { test } from 'node:test';

for (const example of globSync('*/run.ts', { cwd: import.meta.dirname })) {
  test(`${example} runs by itself`, () => {
    const done = spawnSync(process.execPath, [example], { cwd: import.meta.dirname, encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
  });
}
