import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientError } from '@assay/client';
import { isHttpError } from '@sveltejs/kit';
import { attempt, optional, required, take } from './answers.ts';

const refusal = (status: number) =>
  new ClientError('repo-not-found', 'Repository not found (GET /api/models/a/b)', {
    status,
    body: { error: 'Repository not found' },
  });

test('a page ends with the status and the words of the hub', async () => {
  await assert.rejects(required(Promise.reject(refusal(401))), (thrown: unknown) => {
    assert.ok(isHttpError(thrown, 401));
    assert.equal(thrown.body.message, 'Repository not found.');
    return true;
  });
});

test('what may be missing is null, what is broken still ends the page', async () => {
  assert.equal(await optional(Promise.reject(refusal(404))), null);
  await assert.rejects(optional(Promise.reject(refusal(500))), (thrown: unknown) => isHttpError(thrown, 500));
});

test('a hub that gives no answer is a 502', async () => {
  const silent = new ClientError('unreachable', 'No answer', { status: 0 });
  await assert.rejects(required(Promise.reject(silent)), (thrown: unknown) => isHttpError(thrown, 502));
});

test('a refused command goes back to its form', async () => {
  const done = await attempt(Promise.reject(refusal(409)));
  assert.ok(!done.ok);
  assert.deepEqual([done.failure.status, done.failure.data], [409, { message: 'Repository not found.' }]);
});

test('our own faults are not swallowed', async () => {
  await assert.rejects(attempt(Promise.reject(new TypeError('bug'))), TypeError);
});

test('take stops asking when it has enough', async () => {
  let asked = 0;
  async function* numbers() {
    for (;;) yield asked++;
  }
  assert.deepEqual(await take(numbers(), 3), { items: [0, 1, 2], more: true });
  assert.equal(asked, 4);
});
