import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLeaderboardYaml } from './leaderboard-yaml.ts';

const codes = (text: string) => {
  const parsed = parseLeaderboardYaml(text);
  return (parsed.ok ? parsed.warnings : parsed.issues).map(
    (issue) => `${issue.severity}[${issue.code}] ${issue.line}:${issue.column}`,
  );
};

test('every field is read', () => {
  const parsed = parseLeaderboardYaml(`tasks:
  - id: gsm8k
    metric: accuracy
    unit: percent
    lower_is_better: false
    bounds: [0, 100]
    items: 1319
    setups: ["tools: none; shots: 5", "cot"]
    judge_twin: {model: org/judge, agreement: 0.97}
    errata:
      - {date: 2026-01-15, text: Item 7 has two right answers., revision: df154a5}
  - id: loss
    lower_is_better: true
`);
  assert.ok(parsed.ok);
  assert.deepEqual(parsed.warnings, []);
  assert.deepEqual(parsed.value.tasks, [
    {
      id: 'gsm8k',
      metric: 'accuracy',
      unit: 'percent',
      lowerIsBetter: false,
      bounds: [0, 100],
      items: 1319,
      setups: ['tools: none; shots: 5', 'cot'],
      judgeTwin: { model: 'org/judge', agreement: 0.97 },
      errata: [{ date: '2026-01-15', text: 'Item 7 has two right answers.', revision: 'df154a5' }],
    },
    { id: 'loss', lowerIsBetter: true },
  ]);
});

test('notes that are not canonical are read as canonical ones, with a warning', () => {
  const text = 'tasks: [{id: a, setups: ["5-shot, no tools"]}]\n';
  assert.deepEqual(codes(text), ['warning[not-canonical] 1:26']);
  const parsed = parseLeaderboardYaml(text);
  assert.deepEqual(parsed.ok && parsed.value.tasks[0]?.setups, ['tools: none; shots: 5']);
});

test('what is refused and what is warned about', () => {
  const task = (rest: string) => codes(`tasks:\n  - id: a\n    ${rest}\n`);
  assert.deepEqual(task('unit: stars'), ['error[unknown-unit] 3:11']);
  assert.deepEqual(task('bounds: [1, 0]'), ['error[invalid-bounds] 3:13']);
  assert.deepEqual(task('bounds: [1]'), ['error[invalid-bounds] 3:13']);
  assert.deepEqual(task('bounds: [0, 100]\n    unit: fraction'), ['warning[bounds-beyond-unit] 3:13']);
  assert.deepEqual(task('items: 0'), ['error[invalid-number] 3:12']);
  assert.deepEqual(task('items: 1.5'), ['error[invalid-number] 3:12']);
  assert.deepEqual(task('lower_is_better: maybe'), ['error[not-a-boolean] 3:22']);
  assert.deepEqual(task('judge_twin: {}'), ['error[missing-key] 3:17']);
  assert.deepEqual(task('errata: [{date: soon, text: x}]'), ['error[invalid-date] 3:21']);
  assert.deepEqual(task('colour: red'), ['warning[unknown-key] 3:5']);
  assert.deepEqual(task('lowerIsBetter: true'), ['warning[unknown-key] 3:5']);
  assert.deepEqual(codes('tasks: [{id: a}, {id: a}]\n'), ['error[duplicate-id] 1:18']);
  assert.deepEqual(codes('tasks: [{metric: a}]\n'), ['error[missing-key] 1:9']);
  assert.deepEqual(codes('board: 1\n'), ['error[missing-key] 1:1', 'warning[unknown-key] 1:1']);
  assert.deepEqual(codes(''), ['error[empty-document] 1:1']);
});

test('editions begin with commits, say why, and have names of their own', () => {
  const sha = 'a'.repeat(40);
  const file = (revisions: string) =>
    parseLeaderboardYaml(`tasks:\n  - id: t\n    revisions: ${revisions}\n`);
  const good = file(
    `[{since: ${sha}, name: v2, reason: "Targets mended."}, {since: bbbbbbb1, reason: "More items."}]`,
  );
  assert.deepEqual(good.ok && good.value.tasks[0]?.revisions, [
    { since: sha, name: 'v2', reason: 'Targets mended.' },
    { since: 'bbbbbbb1', reason: 'More items.' },
  ]);
  const codes = (revisions: string) => {
    const parsed = file(revisions);
    return parsed.ok ? [] : parsed.issues.map((issue) => issue.code);
  };
  assert.deepEqual(codes('[{since: main, reason: x}]'), ['revision-not-commit']);
  assert.deepEqual(codes(`[{since: ${sha}}]`), ['missing-key']);
  assert.deepEqual(codes(`[{since: ${sha}, name: unknown, reason: x}]`), ['reserved-name']);
  assert.deepEqual(codes(`[{since: ${sha}, reason: x}, {since: ${sha}, reason: y}]`), ['duplicate-id']);
});
