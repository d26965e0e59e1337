import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Claim, TaskRules } from './finding.ts';
import { toValueFindings } from './value-findings.ts';

const now = new Date('2026-06-01T00:00:00Z');
const revision = 'a'.repeat(40);
const rules: TaskRules = { unit: 'percent', items: 1319, isShare: true, epochs: 1, isMeanOfEpochs: true };
const codes = (claim: Partial<Claim>, changed: Partial<TaskRules> | null = {}) =>
  toValueFindings(
    { value: Number(claim.valueText), valueText: '0', revision, ...claim },
    changed && { ...rules, ...changed },
    now,
  ).map(({ code }) => code);

test('a share of 1,319 answers is one of 1,320 values', () => {
  assert.deepEqual(codes({ valueText: '56.25' }), []); // 742 right
  assert.deepEqual(codes({ valueText: '56.22' }), ['grim']);
  const [finding] = toValueFindings({ value: 56.22, valueText: '56.22', revision }, rules, now);
  assert.match(finding!.message, /1319/);
  assert.match(finding!.message, /56\.18 and 56\.25/);
});

test('epochs multiply the answers, a part divides them, the log knows best', () => {
  assert.deepEqual(codes({ valueText: '56.22', epochs: 4 }), []);
  assert.deepEqual(codes({ valueText: '56.22', epochs: 4 }, { isMeanOfEpochs: false }), ['grim']);
  assert.deepEqual(codes({ valueText: '56.25', limit: 30 }), ['grim']);
  assert.deepEqual(codes({ valueText: '56.67', limit: 30 }), []);
  assert.deepEqual(codes({ valueText: '56.67', scored: 30 }), []);
});

test('what is no share of right answers is not judged so', () => {
  assert.deepEqual(codes({ valueText: '56.22' }, { isShare: false }), []);
  assert.deepEqual(codes({ valueText: '56.22' }, { items: undefined }), []);
  assert.deepEqual(codes({ valueText: '1e1' }), []);
});

test('units and bounds', () => {
  assert.deepEqual(codes({ valueText: '0.412' }, { items: 500 }), ['unit', 'grim']);
  assert.deepEqual(codes({ valueText: '41.2' }, { unit: 'fraction', items: 500 }), ['out-of-bounds', 'unit']);
  assert.deepEqual(codes({ valueText: '104.0' }, { items: undefined }), ['out-of-bounds']);
  assert.deepEqual(codes({ valueText: '11' }, { unit: 'points', bounds: [0, 10] }), ['out-of-bounds']);
  assert.deepEqual(codes({ valueText: '0.5' }, null), []);
});

test('revision and date', () => {
  assert.deepEqual(codes({ valueText: '0.5', revision: undefined }, null), ['revision-unstated']);
  assert.deepEqual(codes({ valueText: '0.5', date: '2026-06-01T23:00:00.000Z' }, null), []);
  assert.deepEqual(codes({ valueText: '0.5', date: '2027-01-01T00:00:00.000Z' }, null), ['date-in-future']);
});
