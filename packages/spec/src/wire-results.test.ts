import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEvalResults } from './eval-results.ts';
import { toWireDate } from './wire-headers.ts';
import { toWireEvalResult, toWireLeaderboardRow } from './wire-results.ts';

const FULL = `- dataset: {id: a/b, task_id: c, revision: df154a5}
  value: 22.10
  verifyToken: t
  date: 2026-01-15
  source: {url: "https://hub.example/x", name: n, user: u, org: o}
  notes: With tools
  odd: 1
`;

function entry(text: string) {
  const parsed = parseEvalResults(text);
  assert.ok(parsed.ok);
  return parsed.value[0]!;
}

const place = { filename: '.eval_results/a.yaml', verified: false };

test('an entry in the spelling of the Hub', () => {
  assert.deepEqual(toWireEvalResult(entry(FULL), { ...place, pullRequest: 3 }), {
    filename: '.eval_results/a.yaml',
    verified: false,
    data: {
      dataset: { id: 'a/b', task_id: 'c', revision: 'df154a5' },
      value: 22.1,
      verifyToken: 't',
      date: '2026-01-15',
      source: { url: 'https://hub.example/x', name: 'n', user: 'u', org: 'o' },
      notes: 'With tools',
    },
    pullRequest: 3,
  });
});

test('what is not there is left out, never null: clients crash on it', () => {
  const bare = {
    dataset: { id: 'a/b', taskId: 'c', revision: '' },
    value: 0,
    notes: '',
    date: '',
    verifyToken: '',
    source: { url: '', name: 'n' },
  };
  assert.deepEqual(toWireEvalResult(bare, place), {
    ...place,
    data: { dataset: { id: 'a/b', task_id: 'c' }, value: 0 },
  });
});

test('a row of the leaderboard, with a source at home or elsewhere', () => {
  const author = { type: 'user', name: 'alice', fullname: 'Alice', avatarUrl: '' } as const;
  const at = { rank: 1, modelId: 'alice/m', ...place, author, origin: 'https://hub.example:443/' };
  const row = toWireLeaderboardRow(entry(FULL), { ...at, pullRequest: 2, lowerIsBetter: true });
  assert.deepEqual(row, {
    rank: 1,
    modelId: 'alice/m',
    value: 22.1,
    ...place,
    author,
    pullRequest: 2,
    notes: 'With tools',
    lower_is_better: true,
    source: { url: 'https://hub.example/x', name: 'n', user: 'u', org: 'o', isExternal: false },
  });
  assert.equal(
    toWireLeaderboardRow(entry(FULL), { ...at, origin: 'http://127.0.0.1:8077' }).source?.isExternal,
    true,
  );
  assert.deepEqual(Object.keys(toWireLeaderboardRow({ value: 1 }, at)), [
    'rank',
    'modelId',
    'value',
    'filename',
    'verified',
    'author',
  ]);
});

test('times end in Z and carry milliseconds', () => {
  assert.equal(toWireDate(new Date(0)), '1970-01-01T00:00:00.000Z');
  assert.equal(toWireDate('2026-01-15T10:00:00+02:00'), '2026-01-15T08:00:00.000Z');
  assert.throws(() => toWireDate('yesterday'), RangeError);
});
