import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEvalResults, resultId } from '@assay/spec';
import type { CommitInfo } from '../git/objects.ts';
import { type ResultRow, toEvidenceDigest, toResultRow } from './result-row.ts';

const person = { name: 'bob', email: 'b@x', date: new Date('2026-05-06T07:08:09Z') };
const commit: CommitInfo = {
  oid: 'c'.repeat(40),
  tree: '',
  parents: [],
  author: person,
  committer: person,
  title: '',
  message: '',
};

function rowOf(text: string): ResultRow {
  const parsed = parseEvalResults(text);
  assert.ok(parsed.ok);
  const place = {
    repoId: 'a'.repeat(24),
    scope: 0,
    standing: 'merged',
    filename: 'f',
    position: 0,
    commit,
  } as const;
  return toResultRow(parsed.value[0]!, place);
}

const entry = (more: string) => `- dataset: {id: Org/Sums, task_id: main}\n  value: 20.90\n${more}`;

test('a row keeps the text of the value and joins by the lower case of the dataset', () => {
  const row = rowOf(entry(''));
  assert.equal(row.value_text, '20.90');
  assert.equal(row.value, 20.9);
  assert.equal(row.dataset_key, 'org/sums');
  assert.equal(row.author_name, 'bob');
});

test('a row has the id that the words give it, by whichever digest', () => {
  const text = entry('  notes: "5-shot, \u00e9"\n  __proto__: {b: 1, a: [null, 0.1]}\n');
  const parsed = parseEvalResults(text);
  assert.ok(parsed.ok);
  assert.equal(rowOf(text).result_id, resultId('a'.repeat(24), 'f', parsed.value[0]!));
});

test('without a date the commit counts; a date without a zone is UTC wherever the hub stands', () => {
  assert.deepEqual(
    [rowOf(entry('')).dated_at, rowOf(entry('')).date_inferred],
    ['2026-05-06T07:08:09.000Z', true],
  );
  for (const [date, moment] of [
    ['2026-01-15', '2026-01-15T00:00:00.000Z'],
    ['2026-01-15 10:11', '2026-01-15T10:11:00.000Z'],
    ['2026-01-15T10:11:12,5Z', '2026-01-15T10:11:12.500Z'],
    ['2026-01-15T10:11:12+02', '2026-01-15T08:11:12.000Z'],
  ]) {
    const row = rowOf(entry(`  date: "${date}"\n`));
    assert.deepEqual([row.dated_at, row.date_inferred], [moment, false], date);
  }
});

test('a link names evidence when it ends in a digest', () => {
  const digest = 'd'.repeat(64);
  assert.equal(toEvidenceDigest(`http://hub/evidence/${digest}`), digest);
  assert.equal(toEvidenceDigest(`http://hub/api/assay/evidence/${digest}/file`), digest);
  assert.equal(toEvidenceDigest(`http://hub/evidence/${digest}0`), null);
  assert.equal(toEvidenceDigest(undefined), null);
});
