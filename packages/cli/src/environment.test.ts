import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConnection } from './environment.ts';

test('the endpoint loses its trailing slash, the token its line end', () => {
  const connection = readConnection({ HF_ENDPOINT: 'http://127.0.0.1:7860/', HF_TOKEN: 'hf_x\n' });
  assert.deepEqual(connection, { endpoint: 'http://127.0.0.1:7860', token: 'hf_x' });
});

test('the token file is read for huggingface.co and no other hub', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-env-'));
  try {
    writeFileSync(join(folder, 'token'), 'hf_fromFile\n');
    assert.equal(readConnection({ HF_HOME: folder }).token, 'hf_fromFile');
    assert.equal(readConnection({ HF_HOME: folder, HF_ENDPOINT: 'http://elsewhere.test' }).token, undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what a command compiles is kept among the caches of whoever runs it, and a place that cannot be written does no harm', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-env-'));
  const bin = join(import.meta.dirname, '../bin/assay.js');
  const help = (caches: string): string =>
    execFileSync(process.execPath, [bin, '--help'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, XDG_CACHE_HOME: caches },
    });
  try {
    const first = help(folder);
    assert.match(first, /Usage: assay/);
    assert.ok(readdirSync(join(folder, 'assay/compiled')).length > 0);
    assert.equal(help(folder), first);
    assert.equal(help('/dev/null'), first);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
