import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toNextPage } from './next-page.ts';

test('a page of this hub is where a login leads to', () => {
  assert.equal(toNextPage('/a/b?x=1'), '/a/b?x=1');
});

for (const asked of [
  null,
  '',
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  'javascript:alert(1)',
  '/.//evil.example',
  '/login',
  '/logout',
]) {
  test(`${asked} leads home`, () => assert.equal(toNextPage(asked), '/'));
}
