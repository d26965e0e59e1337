import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { fromBase64, fromBase64Url, toBase64, toBase64Url, toUtf8 } from './bytes.ts';
import { openEnvelope, parseEnvelope, preAuthEncoding, signEnvelope } from './envelope.ts';
import { openToken, signToken } from './token.ts';

const secretKey = Uint8Array.from({ length: 32 }, (_, i) => i * 3);
const publicKey = ed25519.getPublicKey(secretKey);
const keyOf = (kid: string) => (kid === 'k1' ? publicKey : undefined);

test('the pre-authentication encoding is the one of the DSSE protocol document', () => {
  assert.deepEqual(
    preAuthEncoding('http://example.com/HelloWorld', toUtf8('hello world')),
    toUtf8('DSSEv1 29 http://example.com/HelloWorld 11 hello world'),
  );
});

test('an envelope opens with its key and with no other', () => {
  const envelope = signEnvelope('text/plain', toUtf8('a claim'), 'k1', secretKey);
  assert.deepEqual(
    openEnvelope(parseEnvelope(JSON.parse(JSON.stringify(envelope))), keyOf).payload,
    toUtf8('a claim'),
  );
  assert.throws(() => openEnvelope(envelope, () => undefined), { code: 'unknown-key' });
  assert.throws(() => openEnvelope({ ...envelope, payloadType: 'text/html' }, keyOf), {
    code: 'signature-mismatch',
  });
  assert.throws(() => openEnvelope({ ...envelope, payload: toBase64(toUtf8('a claIm')) }, keyOf), {
    code: 'signature-mismatch',
  });
  for (const broken of [
    null,
    3,
    {},
    { ...envelope, signatures: [] },
    { ...envelope, signatures: [{ sig: 1, keyid: 'k1' }] },
  ]) {
    assert.throws(() => parseEnvelope(broken), { code: 'bad-envelope' });
  }
});

test('no single changed character of a token is accepted', () => {
  const claims = {
    iss: 'https://assay.example',
    sub: 'org/model',
    statement: 'ab'.repeat(32),
    iat: 1_800_000_000,
  };
  const token = signToken(claims, 'k1', secretKey);
  assert.deepEqual(openToken(token, keyOf), { claims, kid: 'k1' });
  for (let i = 0; i < token.length; i += 1) {
    for (const letter of ['A', 'z', '_', '.', '=']) {
      if (token[i] === letter) continue;
      const changed = token.slice(0, i) + letter + token.slice(i + 1);
      assert.throws(() => openToken(changed, keyOf), /./, `character ${i} as ${letter}`);
    }
  }
});

test('base64 has one spelling', () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
    assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
    assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
    assert.deepEqual(fromBase64Url(toBase64Url(bytes)), bytes);
  }
  for (const broken of ['A', 'AB=', 'AB', 'AB==C', 'A B=', 'AR==', 'AA=\n'])
    assert.throws(() => fromBase64(broken), { code: 'bad-base64' });
  for (const broken of ['A', 'AR', 'AA==', 'A+'])
    assert.throws(() => fromBase64Url(broken), { code: 'bad-base64' });
});
