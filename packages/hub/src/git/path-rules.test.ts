import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathFault } from './path-rules.ts';

const fine = [
  'README.md',
  '.eval_results/a b.yaml',
  'data/日本.jsonl',
  '.gitattributes',
  '.github/x',
  'git/x',
  'a.git/b',
  'a..b',
  '...',
];
const refused = [
  '',
  '/etc/passwd',
  'a/',
  'a//b',
  './a',
  'a/../b',
  '..',
  'a\nb',
  'a\u0000b',
  'a\u007f',
  'x/\ufffd',
  '.git',
  '.git/config',
  'sub/.GIT/hooks/x',
  '.g\u200cit/config',
  '.git./x',
  '.git /x',
  'GIT~1/x',
  '.git::$INDEX_ALLOCATION/x',
  'a\\.git\\config',
  'n'.repeat(256),
  `${'d/'.repeat(2048)}x`,
];

test('ordinary paths stand', () => {
  for (const path of fine) assert.equal(pathFault(path), null, path);
});

test('paths that escape, deceive or break a checkout are refused', () => {
  for (const path of refused) assert.notEqual(pathFault(path), null, JSON.stringify(path));
});
