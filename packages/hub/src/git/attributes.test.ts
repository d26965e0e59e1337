import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ignoreFilter, lfsFilter } from './attributes.ts';

test('the last line about the filter decides', () => {
  const isLarge = lfsFilter(`# models
*.bin filter=lfs diff=lfs merge=lfs -text
saved_model/**/* filter=lfs diff=lfs merge=lfs -text
small.bin -filter
*.txt text
data/*.csv   filter=lfs
other filter=crypt
`);
  const large = ['a.bin', 'x/y/b.bin', 'saved_model/1/v', 'data/x.csv'];
  const regular = [
    'small.bin',
    'x/small.bin',
    'a.txt',
    'a.BIN',
    'x.csv',
    'data/sub/x.csv',
    'other',
    'README.md',
  ];
  for (const path of large) assert.equal(isLarge(path), true, path);
  for (const path of regular) assert.equal(isLarge(path), false, path);
});

test('ignore files add up', () => {
  const isIgnored = ignoreFilter('*.log\nbuild/\n', '!keep.log\n');
  assert.deepEqual(['a.log', 'build/x', 'keep.log', 'src/a'].map(isIgnored), [true, true, false, false]);
});
