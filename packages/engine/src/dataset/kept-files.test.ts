import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type DatasetFiles, readText } from './dataset-files.ts';
import { keepFiles } from './kept-files.ts';

describe('kept files', () => {
  it('are fetched once for a commit, whole or not at all', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-kept-'));
    let fetched = 0;
    const files = (commit: string, breaks = false): DatasetFiles => ({
      id: 'org/name',
      commit,
      list: async () => [],
      open: async (path) => {
        fetched++;
        return (async function* () {
          yield Buffer.from(`${path} at ${commit}`);
          if (breaks) throw new Error('the line went dead');
        })();
      },
    });
    try {
      await assert.rejects(readText(keepFiles(files('one', true), folder), '../test.jsonl'), /went dead/);
      assert.deepEqual(await readdir(folder), []);
      for (let turn = 0; turn < 3; turn++) {
        assert.equal(
          await readText(keepFiles(files('one'), folder), '../test.jsonl'),
          '../test.jsonl at one',
        );
      }
      assert.equal(fetched, 2);
      assert.equal(await readText(keepFiles(files('two'), folder), '../test.jsonl'), '../test.jsonl at two');
      assert.equal(fetched, 3);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
