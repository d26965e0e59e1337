import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isResultFile, MAX_ENTRIES, parseEvalResults, resultId } from './eval-results.ts';
import { isIsoDate } from './result-entry.ts';

const ENTRY = '- dataset:\n    id: cais/hle\n    task_id: hle\n  value: 22.10\n';

function found(text: string): string[] {
  const parsed = parseEvalResults(text);
  const issues = parsed.ok ? parsed.warnings : parsed.issues;
  return issues.map(
    (issue) => `${issue.severity}[${issue.code}] ${issue.line}:${issue.column} ${issue.path}`,
  );
}

function only(text: string) {
  const parsed = parseEvalResults(text);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  assert.equal(parsed.value.length, 1);
  return parsed.value[0]!;
}

test('every documented field is read', () => {
  const text = `${ENTRY}  verifyToken: abc.def.ghi
  date: "2026-01-15"
  source:
    url: https://example.org/run
    name: Their paper
    user: alice
    org: org1
  notes: With tools
`.replace('task_id: hle', 'task_id: hle\n    revision: df154a5');
  assert.deepEqual(found(text), []);
  const { json, ...fields } = only(text);
  assert.deepEqual(fields, {
    dataset: { id: 'cais/hle', taskId: 'hle', revision: 'df154a5' },
    value: 22.1,
    valueText: '22.10',
    verifyToken: 'abc.def.ghi',
    date: '2026-01-15',
    source: { url: 'https://example.org/run', name: 'Their paper', user: 'alice', org: 'org1' },
    notes: 'With tools',
    line: 1,
    column: 3,
  });
  assert.deepEqual(Object.keys(json), ['dataset', 'value', 'verifyToken', 'date', 'source', 'notes']);
});

test('the value is kept as the file writes it', () => {
  for (const [text, value] of [
    ['20.90', 20.9],
    ['0.4120', 0.412],
    ['1e2', 100],
    ['+7', 7],
    ['.5', 0.5],
    ['-0.0', -0],
    ['100', 100],
  ] as const) {
    const entry = only(ENTRY.replace('22.10', text));
    assert.deepEqual([entry.valueText, entry.value], [text, value]);
  }
});

test('a value that is no finite number is refused', () => {
  for (const text of [
    '"22.1"',
    'abc',
    '~',
    '',
    '[1]',
    '{a: 1}',
    '.nan',
    '.inf',
    '-.inf',
    'true',
    '1e999',
    '22,1',
    '41.2%',
    '1_000',
    '1:30',
  ]) {
    assert.match(found(ENTRY.replace('22.10', text)).join(), /error\[value-not-number\] 4:/, text);
  }
});

test('dates: quoted or not, date or date and time, in the calendar', () => {
  for (const date of [
    '2026-01-15',
    '"2026-01-15"',
    '"2026-01-15T10:11:12Z"',
    '2026-01-15 10:11:12',
    '"2026-01-15T10:11:12.123+02:00"',
  ]) {
    const text = `${ENTRY}  date: ${date}\n`;
    assert.deepEqual(found(text), [], date);
    assert.equal(only(text).date, date.replaceAll('"', ''));
  }
  for (const date of ['yesterday', '2026-02-30', '15.01.2026', '"2026-01"', '20260115', '2026']) {
    assert.match(found(`${ENTRY}  date: ${date}\n`).join(), /error\[(invalid-date|not-text)\] 5:9/, date);
  }
});

test('verify_token is read as verifyToken, with a warning', () => {
  const text = `${ENTRY}  verify_token: t\n`;
  assert.deepEqual(found(text), ['warning[misnamed-key] 5:3 [0].verify_token']);
  assert.equal(only(text).verifyToken, 't');
  assert.equal(only(`${text}  verifyToken: right\n`).verifyToken, 'right');
});

test('a token that is none does not make the file wrong', () => {
  for (const token of ['5', '[a]', 'x'.repeat(20_000)]) {
    const text = `${ENTRY}  verifyToken: ${token}\n`;
    assert.deepEqual(found(text), ['warning[invalid-token] 5:16 [0].verifyToken']);
    assert.equal(only(text).verifyToken, undefined);
  }
});

test('unknown keys are kept and warned about, with the word that was meant', () => {
  const text = `${ENTRY}  note: x\n  harness: {name: y}\n`;
  const parsed = parseEvalResults(text);
  assert.ok(parsed.ok);
  assert.deepEqual(
    parsed.warnings.map((issue) => issue.code),
    ['unknown-key', 'unknown-key'],
  );
  assert.match(parsed.warnings[0]!.hint, /`notes`/);
  assert.deepEqual(only(text).json.harness, { name: 'y' });
});

test('what must be there', () => {
  assert.deepEqual(found('- value: 1\n'), ['error[missing-key] 1:3 [0]']);
  assert.deepEqual(found('- dataset: {id: a/b}\n  value: 1\n'), ['error[missing-key] 1:12 [0].dataset']);
  assert.deepEqual(found('- dataset: {task_id: b}\n  value: 1\n'), ['error[missing-key] 1:12 [0].dataset']);
  assert.deepEqual(found('- dataset: {id: a/b, task_id: c}\n'), ['error[missing-key] 1:3 [0]']);
  assert.deepEqual(found('- dataset: a/b\n  value: 1\n'), ['error[not-a-mapping] 1:12 [0].dataset']);
  assert.deepEqual(found(`${ENTRY}  source: {name: x}\n`), ['error[missing-key] 5:11 [0].source']);
});

test('names, addresses and revisions are checked', () => {
  assert.deepEqual(found(ENTRY.replace('cais/hle', 'hle')), ['error[invalid-dataset-id] 2:9 [0].dataset.id']);
  assert.deepEqual(found(ENTRY.replace('task_id: hle', 'task_id: 2025')), [
    'error[not-text] 3:14 [0].dataset.task_id',
  ]);
  assert.deepEqual(found(ENTRY.replace('task_id: hle', 'task_id: hle\n    revision: 12345678')), [
    'error[not-text] 4:15 [0].dataset.revision',
  ]);
  assert.deepEqual(found(ENTRY.replace('task_id: hle', 'task_id: hle\n    revision: main')), [
    'warning[revision-not-commit] 4:15 [0].dataset.revision',
  ]);
  for (const url of ['javascript:alert(1)', 'example.org', 'ftp://a/b', '"https://"']) {
    assert.deepEqual(
      found(`${ENTRY}  source:\n    url: ${url}\n`),
      ['error[invalid-url] 6:10 [0].source.url'],
      url,
    );
  }
});

test('a null is nothing, where nothing is allowed', () => {
  const text = `${ENTRY}  verifyToken:\n  date: null\n  source: ~\n  notes:\n`;
  assert.deepEqual(found(text), []);
  assert.deepEqual(Object.keys(only(text)), ['dataset', 'value', 'valueText', 'line', 'column', 'json']);
});

test('every bad entry is reported, in the order of the file', () => {
  const text = `${ENTRY}- dataset: {id: a/b, task_id: c}\n  value: x\n- 5\n${ENTRY}  date: x\n`;
  assert.deepEqual(found(text), [
    'error[value-not-number] 6:10 [1].value',
    'error[not-a-mapping] 7:3 [2]',
    'error[invalid-date] 12:9 [3].date',
    'warning[repeated-entry] 8:3 [3]',
  ]);
});

test('files that are no list', () => {
  assert.deepEqual(found(''), ['error[empty-document] 1:1 ']);
  assert.deepEqual(found('# only words\n'), ['error[empty-document] 1:1 ']);
  assert.deepEqual(found('dataset: {id: a/b, task_id: c}\nvalue: 1\n'), ['error[not-a-list] 1:1 ']);
  assert.deepEqual(found('[]\n'), ['warning[empty-list] 1:1 ']);
});

test('limits: entries, length of the notes, length of the file', () => {
  const many = (count: number) => '- {dataset: {id: a/b, task_id: c}, value: 1}\n'.repeat(count);
  assert.ok(parseEvalResults(many(MAX_ENTRIES)).ok);
  assert.deepEqual(found(many(MAX_ENTRIES + 1)), ['error[too-many-entries] 1:1 ']);
  assert.deepEqual(found(`${ENTRY}  notes: ${'x'.repeat(10_001)}\n`), ['error[too-long] 5:10 [0].notes']);
  assert.deepEqual(found(`${ENTRY}  notes: "\\e[31m"\n`), ['error[invalid-text] 5:10 [0].notes']);
  assert.deepEqual(found(`${ENTRY}  notes: ${'x'.repeat(1 << 20)}\n`), ['error[too-large] 1:1 ']);
});

test('a result keeps its id while it says the same', () => {
  const id = (text: string, file = '.eval_results/a.yaml', repo = '0123456789abcdef01234567') =>
    resultId(repo, file, only(text));
  const base = id(ENTRY);
  assert.match(base, /^[0-9a-f]{24}$/);
  assert.equal(id(`# comment\n- value: 22.1\n  dataset: {task_id: "hle", id: 'cais/hle'}\n`), base);
  assert.notEqual(id(ENTRY.replace('22.10', '22.2')), base);
  assert.notEqual(id(`${ENTRY}  odd: 1\n`), base);
  assert.notEqual(id(ENTRY, '.eval_results/b.yaml'), base);
  assert.notEqual(id(ENTRY, undefined, 'f123456789abcdef01234567'), base);
});

test('result files lie directly in their folder', () => {
  for (const path of ['.eval_results/a.yaml', '.eval_results/a b.yml', '.eval_results/.x.yaml'])
    assert.ok(isResultFile(path), path);
  for (const path of [
    'eval_results/a.yaml',
    '.eval_results/a/b.yaml',
    'x/.eval_results/a.yaml',
    '.eval_results/a.json',
    '.eval_results/yaml',
  ]) {
    assert.ok(!isResultFile(path), path);
  }
});

test('a date is one of the calendar', () => {
  const two = (number: number) => String(number).padStart(2, '0');
  for (const year of ['0000', '1900', '2000', '2023', '2024', '9999']) {
    for (let month = 0; month <= 13; month += 1) {
      for (let day = 0; day <= 32; day += 1) {
        const text = `${year}-${two(month)}-${two(day)}`;
        const time = new Date(`${text}T00:00:00Z`);
        const exists = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
        assert.equal(isIsoDate(text), exists, text);
      }
    }
  }
});
