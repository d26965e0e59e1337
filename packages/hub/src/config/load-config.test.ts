import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configKeys } from './keys.ts';
import { describeConfig, loadConfig } from './load-config.ts';

test('without settings every key has its default, and the result is frozen', () => {
  const parsed = loadConfig({});
  assert.ok(parsed.ok);
  assert.equal(parsed.value.port, configKeys.port.fallback);
  assert.equal(parsed.value.databaseUrl, undefined);
  assert.ok(Object.isFrozen(parsed.value));
});

test('a flag wins over the environment', () => {
  const parsed = loadConfig({ ASSAY_PORT: '1' }, { port: '2' });
  assert.ok(parsed.ok);
  assert.equal(parsed.value.port, 2);
});

test('all faults are told at once, each under its variable', () => {
  const parsed = loadConfig({
    ASSAY_PORT: '70000',
    ASSAY_SIGN_UP: 'maybe',
    ASSAY_PUBLIC_URL: 'https://a.example/path',
    DATABASE_URL: 'mysql://x',
    ASSAY_TRUST_PROXY: 'perhaps',
  });
  assert.ok(!parsed.ok);
  assert.deepEqual(parsed.issues.map((issue) => issue.path).sort(), [
    'ASSAY_PORT',
    'ASSAY_PUBLIC_URL',
    'ASSAY_SIGN_UP',
    'ASSAY_TRUST_PROXY',
    'DATABASE_URL',
  ]);
});

test('a secret is shown neither in a fault nor in the description', () => {
  const bad = loadConfig({ ASSAY_ADMIN_TOKEN: 'hf_tooShort' });
  assert.ok(!bad.ok);
  assert.ok(!JSON.stringify(bad.issues).includes('tooShort'));
  const good = loadConfig({
    ASSAY_ADMIN_TOKEN: 'hf_abcdefghijklmnopqrst',
    DATABASE_URL: 'postgresql://u:pw@h/d',
  });
  assert.ok(good.ok);
  const lines = describeConfig(good.value).join('\n');
  assert.ok(!lines.includes('abcdefghij') && !lines.includes('pw@'));
  assert.ok(lines.includes('ASSAY_ADMIN_TOKEN=[hidden]'));
});
