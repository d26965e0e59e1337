import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRedactor } from './redact.ts';

const secret = 'sk-Very/Secret+Key=9"\\ü';
const redact = createRedactor([secret, 'two\nlines-of-it', 'abc']);

test('a secret is blotted out as it is and in the spellings in which it leaks', () => {
  const spellings = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify({ secret }),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
    `Basic ${Buffer.from(`user:${secret}`).toString('base64')}`,
    `Basic ${Buffer.from(`me:${secret}`).toString('base64')}`,
    `Basic ${Buffer.from(`you:${secret}`).toString('base64')}`,
    'lines-of-it',
  ];
  for (const text of spellings) assert.match(redact(`x ${text} y`), /\[secret\]/, text);
  assert.equal(redact(`x ${secret} y`), 'x [secret] y');
});

test('what is too short to be a secret would blot out words, and stays', () => {
  assert.equal(redact('abc and ab'), 'abc and ab');
});
