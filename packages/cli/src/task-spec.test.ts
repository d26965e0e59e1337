import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTaskSpec } from './task-spec.ts';

const folders = (path: string): boolean => ['./bench', '/data/b@c'].includes(path);
const parsed = (text: string) => {
  const result = parseTaskSpec(text, folders);
  return result.ok ? result.value : result.issues.map((issue) => issue.code);
};

test('benchmarks on a hub', () => {
  assert.deepEqual(parsed('hf/org/name'), { kind: 'hub', dataset: 'org/name' });
  assert.deepEqual(parsed('hf/org/name/task'), { kind: 'hub', dataset: 'org/name', taskId: 'task' });
  assert.deepEqual(parsed('hf/org/name@df154a5'), { kind: 'hub', dataset: 'org/name', revision: 'df154a5' });
  const full = { kind: 'hub', dataset: 'org/name', taskId: 't:1', revision: 'refs/pr/3' };
  assert.deepEqual(parsed('hf/org/name/t:1@refs/pr/3'), full);
  assert.deepEqual(parsed('hf/org/name@refs/pr/3'), {
    kind: 'hub',
    dataset: 'org/name',
    revision: 'refs/pr/3',
  });
});

test('what Inspect damages: names that end in hf, task ids with slashes', () => {
  assert.deepEqual(parsed('hf/openhf/name/t'), { kind: 'hub', dataset: 'openhf/name', taskId: 't' });
  assert.deepEqual(parsed('hf/hf/x'), { kind: 'hub', dataset: 'hf/x' });
  assert.deepEqual(parsed('hf/a/b/Math/aime@main'), {
    kind: 'hub',
    dataset: 'a/b',
    taskId: 'Math/aime',
    revision: 'main',
  });
});

test('folders', () => {
  assert.deepEqual(parsed('./bench'), { kind: 'folder', folder: './bench' });
  assert.deepEqual(parsed('./bench@task'), { kind: 'folder', folder: './bench', taskId: 'task' });
  assert.deepEqual(parsed('/data/b@c'), { kind: 'folder', folder: '/data/b@c' });
});

test('what is neither is refused', () => {
  for (const text of [
    'org/name',
    'hf/org',
    'hf/org/name@',
    'hf//name',
    'hf/a b/c',
    'hf/org/na--me',
    './gone',
  ]) {
    assert.equal(parseTaskSpec(text, folders).ok, false, text);
  }
});
