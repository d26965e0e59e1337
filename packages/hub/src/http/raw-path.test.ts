import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HubError } from '../errors.ts';
import { parseRevisionAndPath, rawPath, rawRest } from './raw-path.ts';

const commit = 'a'.repeat(40);
const resolver =
  (...known: string[]) =>
  async (revision: string) =>
    known.includes(revision) ? commit : null;

test('a path stays as it was sent, with one slash in front', () => {
  assert.equal(
    rawPath('http://h:1//api/models/a/m/tree/refs%2Fpr%2F1/x%20y?expand=1'),
    '/api/models/a/m/tree/refs%2Fpr%2F1/x%20y',
  );
  assert.equal(rawPath('http://h'), '/');
  assert.equal(rawPath('http://h?a=/b'), '/');
});

test('the rest of a path begins after so many segments', () => {
  const request = new Request('http://h//api/models/a/m/tree/main/a%2Fb/c?x');
  assert.equal(rawRest(request, 5), 'main/a%2Fb/c');
  assert.equal(rawRest(request, 9), '');
});

const cases: [string, string[], string, string][] = [
  ['main', ['main'], 'main', ''],
  ['main/', ['main'], 'main', ''],
  ['main/.eval_results/x.yaml', ['main'], 'main', '.eval_results/x.yaml'],
  ['main/a%2Fb', ['main'], 'main', 'a/b'],
  ['refs%2Fpr%2F1/a%20b', ['refs/pr/1'], 'refs/pr/1', 'a b'],
  ['refs/pr/12/.eval_results', ['refs/pr/12', 'refs/pr/1'], 'refs/pr/12', '.eval_results'],
  ['refs/convert/parquet', ['refs/convert/parquet'], 'refs/convert/parquet', ''],
  ['refs/heads/main/x', ['refs/heads/main'], 'refs/heads/main', 'x'],
  ['feat%2Fz/x', ['feat/z'], 'feat/z', 'x'],
  ['feat/z/x', ['feat/z'], 'feat/z', 'x'],
  ['feat/z/x', ['feat', 'feat/z'], 'feat', 'z/x'],
  ['main/100%.txt', ['main'], 'main', '100%.txt'],
];

for (const [rest, known, revision, path] of cases) {
  test(`${rest} is ${revision} and "${path}"`, async () => {
    assert.deepEqual(await parseRevisionAndPath(rest, resolver(...known)), { revision, commit, path });
  });
}

// compat: errors.revision
test('an unknown revision is refused, a pull request that is not there too', async () => {
  for (const rest of ['nope/x', 'refs/pr/9/x', '']) {
    await assert.rejects(
      parseRevisionAndPath(rest, resolver('main')),
      (error) => error instanceof HubError && error.code === 'revision-not-found',
    );
  }
});
