import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findSplitFiles } from './data-files.ts';
import type { DatasetFiles } from './dataset-files.ts';

function toFiles(paths: string[], readme?: string): DatasetFiles {
  const all = readme === undefined ? paths : [...paths, 'README.md'];
  return {
    id: 'org/name',
    commit: 'c',
    list: async () => all.map((path) => ({ path, size: 1 })),
    open: async () =>
      (async function* () {
        yield Buffer.from(readme ?? '');
      })(),
  };
}

async function find(files: DatasetFiles, config: string, split: string): Promise<string[]> {
  return (await findSplitFiles(files, config, split)).files.map((file) => file.path);
}

describe('the files of a split', () => {
  it('are inferred from names as the datasets library does', async () => {
    const cases: [paths: string[], split: string, expected: string[]][] = [
      [['test.jsonl', 'train.jsonl', 'eval.yaml'], 'test', ['test.jsonl']],
      [['data.jsonl', 'eval.yaml'], 'train', ['data.jsonl']],
      [['my-dev-set.csv'], 'validation', ['my-dev-set.csv']],
      [['testing_2.csv', 'training_1.csv'], 'test', ['testing_2.csv']],
      [['test/a.jsonl', 'test/b.jsonl', 'train/a.jsonl'], 'test', ['test/a.jsonl', 'test/b.jsonl']],
      [['x/test/a.jsonl', 'x/other.jsonl'], 'test', ['x/test/a.jsonl']],
      [
        [
          'data/test-00000-of-00002.parquet',
          'data/test-00001-of-00002.parquet',
          'data/train-00000-of-00001.parquet',
        ],
        'test',
        ['data/test-00000-of-00002.parquet', 'data/test-00001-of-00002.parquet'],
      ],
      [['data/odd-00000-of-00001.parquet'], 'odd', ['data/odd-00000-of-00001.parquet']],
      [['.hidden/test.jsonl', 'test.jsonl', '__skipped/test.jsonl'], 'test', ['test.jsonl']],
      [['test.jsonl.gz'], 'test', ['test.jsonl.gz']],
      [['test.jsonl.zst'], 'test', ['test.jsonl.zst']],
    ];
    for (const [paths, split, expected] of cases) {
      assert.deepEqual(await find(toFiles(paths), 'default', split), expected, paths.join());
    }
  });

  it('follow the configs of the card', async () => {
    const readme = `---
license: mit
configs:
- config_name: main
  data_files:
  - split: test
    path: [main/b-*.jsonl, main/a.jsonl]
- config_name: extra
  data_dir: more
- config_name: plain
  data_files: one.jsonl
---
# Card
`;
    const files = toFiles(
      ['main/a.jsonl', 'main/b-1.jsonl', 'main/b-2.jsonl', 'more/test.jsonl', 'one.jsonl'],
      readme,
    );
    assert.deepEqual(await find(files, 'main', 'test'), ['main/b-1.jsonl', 'main/b-2.jsonl', 'main/a.jsonl']);
    assert.deepEqual(await find(files, 'extra', 'test'), ['more/test.jsonl']);
    assert.deepEqual(await find(files, 'plain', 'train'), ['one.jsonl']);
    await assert.rejects(find(files, 'default', 'test'), {
      code: 'config-missing',
      hint: /main, extra, plain/,
    });
    await assert.rejects(find(files, 'main', 'train'), { code: 'split-missing', hint: /it has: test/ });
  });

  it('are named when they are not there', async () => {
    await assert.rejects(find(toFiles(['test.jsonl']), 'other', 'test'), {
      code: 'config-missing',
      hint: /default/,
    });
    await assert.rejects(find(toFiles(['test.jsonl']), 'default', 'dev'), {
      code: 'split-missing',
      hint: /test/,
    });
    await assert.rejects(find(toFiles(['notes.txt']), 'default', 'test'), { code: 'split-missing' });
    await assert.rejects(find(toFiles([], '---\nconfigs: 3\n---\n'), 'default', 'test'), {
      code: 'dataset-unreadable',
    });
  });
});
