import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '@assay/client';
import { toCommit, toWork } from './job-facts.ts';

const commit = 'c'.repeat(40);

test('an evaluation is told by benchmark, model and place; a command by its words', () => {
  const run = { task: `hf/org/bench/t@${commit}`, model: 'm', provider: 'local', repo: 'org/m', limit: 5 };
  const evaluation = { assay: { eval: run }, command: [], dockerImage: null } as unknown as Job;
  assert.deepEqual(toWork(evaluation), {
    title: 'org/bench/t',
    detail: 'm at local, for org/m, first 5 samples',
  });
  const command = { assay: {}, command: ['echo', 'hi'], dockerImage: 'python:3.12' } as unknown as Job;
  assert.deepEqual(toWork(command), { title: 'echo hi', detail: 'python:3.12' });
});

test('a task that is pinned names its commit', () => {
  assert.equal(toCommit(`hf/org/bench/t@${commit}`), commit);
  assert.equal(toCommit('hf/org/bench/t@main'), null);
});
