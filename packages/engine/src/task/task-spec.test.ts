import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTaskSpec } from './task-spec.ts';

describe('the name of a task', () => {
  it('is a dataset, perhaps a task of it and a revision', () => {
    const cases: [text: string, expected: object][] = [
      ['hf/org/name', { dataset: 'org/name', revision: 'main' }],
      ['hf/org/name/task', { dataset: 'org/name', revision: 'main', taskId: 'task' }],
      ['hf/org/name@v2', { dataset: 'org/name', revision: 'v2' }],
      ['hf/org/name/task@refs/pr/1', { dataset: 'org/name', revision: 'refs/pr/1', taskId: 'task' }],
      ['hf/openhf/name', { dataset: 'openhf/name', revision: 'main' }],
      ['hf/hf/x', { dataset: 'hf/x', revision: 'main' }],
    ];
    for (const [text, expected] of cases)
      assert.deepEqual(parseTaskSpec(text), { kind: 'hub', text, ...expected });
  });

  it('is a folder, perhaps a task of it', () => {
    assert.deepEqual(parseTaskSpec('./a/b'), { kind: 'folder', folder: './a/b', text: './a/b' });
    assert.deepEqual(parseTaskSpec('/a#t'), { kind: 'folder', folder: '/a', taskId: 't', text: '/a#t' });
    assert.equal(parseTaskSpec('.').kind, 'folder');
  });

  it('is refused otherwise', () => {
    for (const text of ['', 'hf/name', 'org/name', 'hf/a/b/c/d', 'hf/a//b', 'hf/a/b@']) {
      assert.throws(() => parseTaskSpec(text), { code: 'plan-invalid' }, text);
    }
  });
});
