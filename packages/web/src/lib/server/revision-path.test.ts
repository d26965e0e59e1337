import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressAfter, parseRevisionPath } from './revision-path.ts';

const CASES: [string, string, string][] = [
  ['main', 'main', ''],
  ['main/a/b.md', 'main', 'a/b.md'],
  ['refs%2Fpr%2F3/.eval_results/x.yaml', 'refs/pr/3', '.eval_results/x.yaml'],
  ['refs/pr/3/a%20b', 'refs/pr/3', 'a b'],
  ['refs/pr/3', 'refs/pr/3', ''],
  ['feature%2Fx/dir/', 'feature/x', 'dir'],
  ['main/100%25', 'main', '100%'],
];

for (const [rest, revision, path] of CASES) {
  test(`${rest} is ${path || 'the root'} at ${revision}`, () => {
    assert.deepEqual(parseRevisionPath(rest), { revision, path });
  });
}

test('the address keeps its escapes', () => {
  const url = new URL('http://hub/datasets/a/b/tree/refs%2Fpr%2F3/tree/x');
  assert.equal(addressAfter(url, 'tree'), 'refs%2Fpr%2F3/tree/x');
});
