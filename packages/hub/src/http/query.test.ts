import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HubError } from '../errors.ts';
import { queryOf } from './query.ts';

const ask = (query: string) => queryOf(new Request(`http://h/x?${query}`));

// compat: base.repeated-keys
test('x and x[] are one key', () => {
  assert.deepEqual(ask('expand=a&expand[]=b&expand=c&expand%5B%5D=d').all('expand'), ['a', 'c', 'b', 'd']);
});

// compat: base.repeated-keys
test('booleans are lenient', () => {
  for (const yes of ['d=true', 'd=True', 'd=1', 'd', 'd=']) assert.equal(ask(yes).flag('d'), true, yes);
  for (const no of ['', 'd=false', 'd=0', 'd=False', 'd=no', 'd=x'])
    assert.equal(ask(no).flag('d'), false, no);
});

test('a number is bounded, and refused when it is none', () => {
  const bounds = { fallback: 10, min: 1, max: 100 };
  assert.equal(ask('').integer('limit', bounds), 10);
  assert.equal(ask('limit=1000').integer('limit', bounds), 100);
  for (const bad of ['limit=0', 'limit=-1', 'limit=1e3', 'limit=ten']) {
    assert.throws(() => ask(bad).integer('limit', bounds), HubError, bad);
  }
});
