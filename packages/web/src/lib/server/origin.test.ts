import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForeignPost } from './origin.ts';

const HERE = 'http://hub.example:8000';
const post = (headers: Record<string, string>) => new Request(HERE, { method: 'POST', headers });

test('a form of our own page passes, also when a proxy ended TLS', () => {
  assert.equal(isForeignPost(post({ origin: HERE, 'sec-fetch-site': 'same-origin' }), HERE), false);
  assert.equal(isForeignPost(post({ origin: 'https://hub.example:8000' }), HERE), false);
});

test('a program without an origin passes', () => assert.equal(isForeignPost(post({}), HERE), false));

test('a form of another site, a subdomain or an opaque page is refused', () => {
  for (const origin of ['http://evil.example', 'http://x.hub.example:8000', 'http://hub.example', 'null']) {
    assert.equal(isForeignPost(post({ origin }), HERE), true, origin);
  }
  assert.equal(isForeignPost(post({ 'sec-fetch-site': 'cross-site' }), HERE), true);
  assert.equal(isForeignPost(post({ 'sec-fetch-site': 'same-site', origin: HERE }), HERE), true);
});

test('reading is never refused', () => {
  assert.equal(isForeignPost(new Request(HERE, { headers: { origin: 'http://evil.example' } }), HERE), false);
});
