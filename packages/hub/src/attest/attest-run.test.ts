import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEnvelope, openToken, parseEnvelope, parseStatement, statementDigest } from '@assay/proof';
import { requireRepo } from '../repos/require-repo.ts';
import { attestResult, digestOf, makeAttestableLog } from '../testing/attested-result.ts';
import { withHub } from '../testing/with-hub.ts';
import { readKeySet } from '../tlog/signing-keys.ts';
import { attestRun } from './attest-run.ts';

test('a run is vouched for once: statement, token and three leaves, whoever asks again', () =>
  withHub(async (hub) => {
    const { db } = hub.context;
    const alice = await hub.user('alice');
    const first = await attestResult(hub, alice);
    const again = await attestResult(hub, alice);
    assert.equal(again.token, first.token);

    const { keys } = await readKeySet(db);
    const keyOf = (kid: string) => Buffer.from(keys.find((key) => key.kid === kid)?.x ?? '', 'base64url');
    const { claims } = openToken(first.token, keyOf);
    assert.equal(claims.sub, 'alice/m');
    assert.equal(claims.statement, first.statementDigest);

    const row = await db.one<{ envelope: unknown }>('SELECT envelope FROM record.statements');
    const { payload } = openEnvelope(parseEnvelope(row.envelope), keyOf);
    assert.equal(statementDigest(payload), first.statementDigest);
    const { predicate } = parseStatement(payload);
    assert.equal(predicate.benchmark.commit, first.commit);
    assert.equal(predicate.metric.reported, 0.7);
    assert.equal(predicate.samples.leaves, 10);
    assert.equal(predicate.samples.salted, false);
    assert.deepEqual(predicate.model.answered, ['m-2026 via mock']);
    assert.equal(predicate.run.costUsd, 0.25);

    const queued = await db.query<{ kind: string; facts: Record<string, unknown> }>(
      'SELECT kind, facts FROM record.tlog_queue ORDER BY id',
    );
    assert.deepEqual(
      queued.map(({ kind }) => kind),
      ['key-made', 'statement', 'token'],
    );
    assert.equal(queued[2]?.facts.token, digestOf(first.token));
  }));

test('samples of a private benchmark are committed to under salts, and their leaves are sealed', () =>
  withHub(async (hub) => {
    const { db } = hub.context;
    await attestResult(hub, await hub.user('alice'), { privateData: true });
    const row = await db.one<{ payload: Buffer; salt: Buffer | null; sealed: boolean }>(
      `SELECT s.payload, s.sample_salt AS salt, q.sealed FROM record.statements s
       JOIN record.tlog_queue q ON q.id = s.statement_leaf`,
    );
    assert.equal(parseStatement(row.payload).predicate.samples.salted, true);
    assert.equal(row.salt?.length, 32);
    assert.equal(row.sealed, true);
  }));

test('what is no finished run of our engine, or another log than the kept one, is not vouched for', () =>
  withHub(async (hub) => {
    const ctx = hub.context;
    const alice = await hub.user('alice');
    const { commit } = await attestResult(hub, alice);
    const folder = await mkdtemp(join(tmpdir(), 'assay-log-'));
    const modelRepo = await requireRepo(ctx, alice.actor, 'model', 'alice/m', 'read');
    const datasetRepo = await requireRepo(ctx, alice.actor, 'dataset', 'alice/sums', 'read');
    const times = { startedAt: new Date(0), finishedAt: new Date(0) };
    const refused = async (wish: Parameters<typeof makeAttestableLog>[1], digest?: string) => {
      const logPath = await makeAttestableLog(folder, wish);
      const evidenceDigest = digest ?? digestOfBytes(await readFile(logPath));
      const run = {
        jobId: 'other',
        workerId: 'w',
        logPath,
        evidenceDigest,
        modelRepo,
        datasetRepo,
        ...times,
      };
      await assert.rejects(attestRun(ctx, run), { code: 'invalid-input' });
    };
    try {
      const dataset = 'alice/sums';
      await refused({ dataset, commit, right: 1, foreign: true });
      await refused({ dataset, commit, right: 2, status: 'cancelled' });
      await refused({ dataset: 'alice/other', commit, right: 3 });
      await refused({ dataset, commit, right: 4 }, 'a'.repeat(64));
    } finally {
      await rm(folder, { recursive: true });
    }
  }));

const digestOfBytes = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
