import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ActDraft, type Stand, toActs } from './act-diff.ts';
import { type PastAct, toStands } from './act-replay.ts';

/** `id@scope`, a `!` behind it: closed. The letter before a dot names the claim: `a.1` and `a.2` are one claim rewritten. */
function stands(text: string): Stand[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((word, position) => {
      const [, id, scope, closed] = /^([\w.]+)@(\d+)(!?)$/.exec(word)!;
      return {
        resultId: id!,
        scope: Number(scope),
        closed: closed === '!',
        filename: `.eval_results/${id!.split('.')[0]}.yaml`,
        position,
        datasetId: 'org/sums',
        taskId: id!.split('.')[0]!,
        setupClass: '',
        commitOid: 'c'.repeat(40),
        entry: { value: position },
      };
    });
}

const told = (acts: ActDraft[]) =>
  acts.map(({ kind, pullRequest, stand, detail }) => {
    const from = 'previous' in detail ? ` from ${detail.previous}` : '';
    const again = detail.alreadyOnMain ? ' already' : '';
    return `${kind} ${stand.resultId}${pullRequest === null ? '' : ` #${pullRequest}`}${from}${again}`;
  });

const cases: [name: string, before: string, after: string, acts: string[], merging?: number][] = [
  ['a new entry', '', 'a@0', ['submitted a']],
  ['an entry that goes', 'a@0', '', ['deleted a']],
  ['a rewritten entry', 'a.1@0', 'a.2@0', ['changed a.2 from a.1']],
  ['nothing new', 'a@0 b@1', 'a@0 b@1', []],
  ['a proposal', '', 'a@3', ['submitted a #3']],
  ['a merge', 'a@3', 'a@0', ['merged a #3'], 3],
  ['a merge that rewrites', 'a.1@0 a.2@3', 'a.2@0', ['merged a.2 #3 from a.1'], 3],
  ['a merge that deletes', 'a@0 b@3', 'b@0', ['merged b #3', 'deleted a'], 3],
  ['a merge of what main has', 'a@0 a@3', 'a@0', ['merged a #3 already'], 3],
  ['a proposal that a push brings to main', 'a@3', 'a@0', ['merged a #3']],
  ['two proposals of the same, one merged', 'a@3 a@5', 'a@0 a@5', ['merged a #3'], 3],
  ['stacked proposals', 'a@3 a@5 b@5', 'a@0 b@5', ['merged a #5', 'merged a #3 already'], 5],
  ['a close', 'a@3', 'a@3!', ['closed a #3']],
  ['a reopening', 'a@3!', 'a@3', ['reopened a #3']],
  ['a closed one rewritten', 'a.1@3!', 'a.2@3!', ['changed a.2 #3 from a.1']],
  ['one found closed', '', 'a@3!', ['submitted a #3', 'closed a #3']],
  ['a withdrawn proposal', 'a@3', '', ['deleted a #3']],
];

for (const [name, before, after, acts, merging] of cases) {
  test(`acts of ${name}`, () => {
    const drafts = toActs({ before: stands(before), after: stands(after), merging });
    assert.deepEqual(told(drafts), acts);
  });

  test(`acts of ${name}, replayed, give what stands after it`, () => {
    const start = toActs({ before: [], after: stands(before) });
    const drafts = [...start, ...toActs({ before: stands(before), after: stands(after), merging })];
    assert.deepEqual(places(toStands(drafts.map(toPast))), places(stands(after)));
  });
}

function toPast({ kind, pullRequest, stand, detail }: ActDraft): PastAct {
  const { resultId, filename, datasetId, taskId, commitOid, entry } = stand;
  return {
    kind,
    pullRequest,
    resultId,
    filename,
    datasetId,
    taskId,
    commitOid,
    entry,
    previous: detail.previous,
  };
}

const places = (list: Stand[]) =>
  list.map(({ resultId, scope, closed }) => `${resultId}@${scope}${closed ? '!' : ''}`).sort();
