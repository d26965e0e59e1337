import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

// In a process of its own: the test runner takes stray rejections for failures of the test.
const script = `
  import { surviveStrayRejections } from ${JSON.stringify(new URL('./stray-rejections.ts', import.meta.url).href)};
  const takeBack = surviveStrayRejections({ error: (words, error) => console.log(error.message) });
  void Promise.reject(new Error('first'));
  setTimeout(() => {
    takeBack();
    void Promise.reject(new Error('second'));
  }, 10);
`;

test('a stray rejection is told and survived, until it is taken back', async () => {
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  await assert.rejects(run, (error: { code: number; stdout: string }) => {
    assert.equal(error.stdout, 'first\n');
    return error.code === 1;
  });
});
