import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDiff } from './diff.ts';

const CHANGED = `diff --git a/README.md b/README.md
index 1111111..2222222 100644
--- a/README.md
+++ b/README.md
@@ -1,3 +1,3 @@
 # tiny
-Old
+New
 end
\\ No newline at end of file
`;

test('lines carry their numbers on the side on which they stand', () => {
  const [file] = parseDiff(CHANGED);
  assert.ok(file);
  assert.deepEqual([file.path, file.status, file.added, file.removed], ['README.md', 'changed', 1, 1]);
  assert.deepEqual(
    file.lines.map(({ kind, before, after }) => [kind, before, after]),
    [
      ['hunk', undefined, undefined],
      ['same', 1, 1],
      ['removed', 2, undefined],
      ['added', undefined, 2],
      ['same', 3, 3],
      ['note', undefined, undefined],
    ],
  );
});

test('removed lines that look like headers are lines', () => {
  const [file] = parseDiff('diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,1 +0,0 @@\n--- sql comment\n');
  assert.equal(file?.removed, 1);
  assert.equal(file?.lines[1]?.text, '-- sql comment');
});

test('new, removed and renamed files say so', () => {
  const files = parseDiff(
    [
      'diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x',
      'diff --git a/o b/o\ndeleted file mode 100644\n--- a/o\n+++ /dev/null\n@@ -1 +0,0 @@\n-x',
      'diff --git a/old name b/new name\nsimilarity index 100%\nrename from old name\nrename to new name',
    ].join('\n'),
  );
  assert.deepEqual(
    files.map(({ path, from, status }) => [path, from, status]),
    [
      ['n', undefined, 'added'],
      ['o', undefined, 'removed'],
      ['new name', 'old name', 'renamed'],
    ],
  );
});

test('quoted names are read as bytes', () => {
  const [file] = parseDiff(
    'diff --git "a/\\303\\244.md" "b/\\303\\244.md"\n--- /dev/null\n+++ "b/\\303\\244.md"\n',
  );
  assert.equal(file?.path, 'ä.md');
});

test('nothing changed is no file', () => assert.deepEqual(parseDiff(''), []));
