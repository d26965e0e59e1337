import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listPages, nextLink } from './listing.ts';

test('the next page is found in the Link header', () => {
  assert.equal(
    nextLink('<http://hub.test/api/models?cursor=2>; rel="next"'),
    'http://hub.test/api/models?cursor=2',
  );
  assert.equal(nextLink('<http://hub.test/first>; rel="first"'), null);
  assert.equal(nextLink(null), null);
});

test('pages are asked for only as the reader goes on', async () => {
  let asked = 0;
  const fake = (url: unknown): Promise<Response> => {
    asked += 1;
    const last = String(url).includes('cursor=2');
    const link = '<http://hub.test/api/models?cursor=2>; rel="next"';
    return Promise.resolve(Response.json(last ? [3] : [1, 2], { headers: last ? {} : { link } }));
  };
  const rows: number[] = [];
  const connection = { endpoint: 'http://hub.test', fetch: fake as typeof fetch };
  for await (const row of listPages<number>(connection, '/api/models')) {
    rows.push(row);
    assert.equal(asked, row < 3 ? 1 : 2);
  }
  assert.deepEqual(rows, [1, 2, 3]);
});
