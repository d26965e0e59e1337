import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WireDiscussionEvent } from '@assay/spec';
import { toTimeline } from './timeline.ts';

let next = 0;
const base = () => ({ id: String(next++), createdAt: '2026-11-20T10:00:00.000Z', author: { name: 'ann' } });
const status = (data: { status: 'open' | 'closed' | 'merged'; reason?: string }): WireDiscussionEvent => ({
  ...base(),
  type: 'status-change',
  data,
});
const comment = (raw: string): WireDiscussionEvent => {
  const latest = { raw, html: '', updatedAt: '' };
  return {
    ...base(),
    type: 'comment',
    data: { edited: false, hidden: false, latest, history: [], numEdits: 0 },
  };
};

test('a reason that the comment before it says is not said twice', () => {
  const items = toTimeline([comment('Disputed.'), status({ status: 'closed', reason: 'Disputed.' })]);
  assert.equal(items[1]?.reason, undefined);
  assert.equal(toTimeline([status({ status: 'closed', reason: 'Disputed.' })])[0]?.reason, 'Disputed.');
});

test('opening after closing is reopening', () => {
  const items = toTimeline([
    status({ status: 'open' }),
    status({ status: 'closed' }),
    comment('why?'),
    status({ status: 'open' }),
  ]);
  assert.deepEqual(
    items.map((item) => item.status),
    ['open', 'closed', undefined, 'reopened'],
  );
});

test('a comment is rendered, its HTML is not', () => {
  assert.equal(
    toTimeline([comment('**a** <i>b</i>')])[0]?.html?.trim(),
    '<p><strong>a</strong> &lt;i&gt;b&lt;/i&gt;</p>',
  );
});
