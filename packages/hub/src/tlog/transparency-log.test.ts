import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  assertReceipt,
  checkLog,
  openLeaf,
  parseEntryBundle,
  parseLeaf,
  parseReceipt,
  parseVerifierKey,
} from '@assay/proof';
import { askJson, commitFiles, entryText, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, withHub } from '../testing/with-hub.ts';
import { queueLeaf } from './queue.ts';
import { insertAct } from './test-acts.ts';
import { openTransparencyLog } from './transparency-log.ts';

async function read(hub: TestHub, path: string): Promise<Uint8Array | null> {
  const answer = await hub.ask('GET', `/tlog/${path}`);
  if (answer.status === 404) {
    await answer.body?.cancel();
    return null;
  }
  assert.equal(answer.status, 200, path);
  return answer.bytes();
}

async function keyOf(hub: TestHub) {
  return parseVerifierKey(new TextDecoder().decode((await read(hub, 'vkey'))!).trim());
}

async function fsck(hub: TestHub, known: string[] = []) {
  return checkLog({ read: (path) => read(hub, path), key: await keyOf(hub), known });
}

/** Other databases of the same server may keep a gap open for a while. */
const flushUntil = (hub: TestHub, size: number) =>
  until(async () => (await hub.context.tlog.flush()) === size);

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, 'it took too long');
    await sleep(20);
  }
}

async function leavesOf(hub: TestHub) {
  const size = await hub.context.tlog.flush();
  const bundle = await read(hub, `tile/entries/000.p/${size}`);
  return parseEntryBundle(bundle!, size).map(parseLeaf);
}

test('a new hub has an empty log with a name and a key of its own', () =>
  withHub(async (hub) => {
    assert.equal(await hub.context.tlog.flush(), 0);
    const found = await fsck(hub);
    assert.deepEqual(found.problems, []);
    assert.equal(found.size, 0);
    assert.match(hub.context.tlog.origin, /^[0-9a-f]{16}\.invalid\/tlog$/);
    const { body } = await askJson(hub, 'GET', '/.well-known/jwks.json');
    assert.deepEqual(
      body.keys.map((key: object) => Object.keys(key).sort()),
      [['alg', 'crv', 'kid', 'kty', 'use', 'x']],
    );
    const logKey = Buffer.from((await keyOf(hub)).publicKey).toString('base64url');
    assert.notEqual(body.keys[0].x, logKey);
  }));

test('the log is named after the public URL of the first start', () =>
  withHub(
    async (hub) => {
      assert.equal(hub.context.tlog.origin, 'hub.example.org/tlog');
      assert.match(hub.context.tlog.verifierKey, /^hub\.example\.org\/tlog\+[0-9a-f]{8}\+/);
    },
    { config: { publicUrl: 'https://hub.example.org' } },
  ));

test('every public act becomes a leaf within about a second, with a receipt and an opening', () =>
  withHub(async (hub) => {
    const ann = await hub.user('ann');
    await makeRepo(hub, ann, { name: 'model' });
    const files = { '.eval_results/a.yaml': entryText({ dataset: 'org/sums', value: 0.4, notes: 'Words' }) };
    await commitFiles(hub, ann, { repo: 'ann/model', files });
    const acts = () => askJson(hub, 'GET', '/api/assay/models/ann/model/acts');
    const { tlog } = hub.context;
    await until(async () => (await tlog.published())?.size === 1);
    const [act] = (await acts()).body.acts;
    assert.equal(act.tlogIndex, 0);

    const { body } = await askJson(hub, 'GET', `/api/assay/tlog/acts/${act.id}`);
    const bytes = Buffer.from(body.leaf);
    assert.deepEqual(assertReceipt(bytes, parseReceipt(Buffer.from(body.receipt)), await keyOf(hub)), {
      size: 1,
    });
    const leaf = parseLeaf(bytes);
    assert.equal(leaf.kind, 'act');
    assert.equal(leaf.resultId, act.resultId);
    assert.ok(!body.leaf.includes('Words'), 'what people wrote is committed to, not shown');
    const content = openLeaf(leaf, body.opening);
    assert.deepEqual(content.entry, act.entry);
    assert.equal(content.model, 'ann/model');
    assert.deepEqual((await askJson(hub, 'GET', '/api/assay/tlog/leaves/0')).body, body);
    assert.deepEqual((await fsck(hub)).problems, []);
  }));

test('acts on a private repo show nothing but that they happened, and open for those who may read', () =>
  withHub(async (hub) => {
    const ann = await hub.user('ann');
    const eve = await hub.user('eve');
    await makeRepo(hub, ann, { name: 'secret', private: true });
    const files = { '.eval_results/a.yaml': entryText({ dataset: 'org/sums', value: 0.4 }) };
    await commitFiles(hub, ann, { repo: 'ann/secret', files });
    const [leaf] = await leavesOf(hub);
    assert.deepEqual(Object.keys(leaf!).sort(), ['content', 'kind', 'version']);
    assert.equal(leaf!.kind, 'sealed');
    const path = '/api/assay/tlog/leaves/0';
    const opened = await askJson(hub, 'GET', path, { as: ann });
    assert.equal(openLeaf(leaf!, opened.body.opening).model, 'ann/secret');
    assert.equal((await askJson(hub, 'GET', path, { as: eve })).body.opening, undefined);
    assert.equal((await askJson(hub, 'GET', path)).body.opening, undefined);
    const { seq } = openLeaf(leaf!, opened.body.opening) as { seq: number };
    assert.equal((await askJson(hub, 'GET', `/api/assay/tlog/acts/${seq}`, { as: eve })).status, 404);
    assert.equal((await askJson(hub, 'GET', `/api/assay/tlog/acts/${seq}`, { as: ann })).status, 200);
  }));

test('an act whose number was drawn first and committed last comes first all the same; one rolled back leaves no hole', () =>
  withHub(async (hub) => {
    const { db, tlog } = hub.context;
    const numbers: Record<string, number> = {};
    await db.tx(async (slow) => {
      numbers.slow = await insertAct(slow, 'slow');
      await db.tx(async (fast) => {
        numbers.fast = await insertAct(fast, 'fast');
      });
      assert.equal(await tlog.flush(), 0, 'nothing is logged behind a gap that may still be filled');
    });
    assert.equal(await tlog.flush(), 2);
    await assert.rejects(
      db.tx(async (tx) => {
        await insertAct(tx, 'never');
        throw new Error('changed my mind');
      }),
    );
    numbers.later = await insertAct(db, 'later');
    await flushUntil(hub, 3);
    const rows = await db.query<{ act_seq: number }>('SELECT act_seq FROM record.tlog_leaves ORDER BY index');
    assert.deepEqual(
      rows.map((row) => row.act_seq),
      [numbers.slow, numbers.fast, numbers.later],
    );
  }));

test('of two processes that watch the same gap, neither waits for what the other has passed', () =>
  withHub(
    async (hub) => {
      const { db, config, log, paths } = hub.context;
      const open = { db, dir: paths.tlog, publicUrl: config.publicUrl, log, publishing: false };
      const logs = [await openTransparencyLog(open), await openTransparencyLog(open)];
      const rollBack = () =>
        assert.rejects(
          db.tx(async (tx) => {
            await insertAct(tx, 'never');
            throw new Error('changed my mind');
          }),
        );
      for (let round = 1; round <= 3; round += 1) {
        await rollBack();
        await insertAct(db, 'after a gap');
        for (const tlog of logs) await tlog.flush();
        await until(async () => (await logs[round % 2]!.flush()) === round);
      }
    },
    { purpose: 'visit' },
  ));

test('what is queued is logged if its transaction commits, sealed if it asks for it', () =>
  withHub(async (hub) => {
    const { db } = hub.context;
    await assert.rejects(
      db.tx(async (tx) => {
        await queueLeaf(tx, { kind: 'statement', facts: { digest: 'never' } });
        throw new Error('changed my mind');
      }),
    );
    await db.tx((tx) =>
      queueLeaf(tx, { kind: 'statement', facts: { digest: 'abc' }, content: { name: 'Words' } }),
    );
    await db.tx((tx) => queueLeaf(tx, { kind: 'statement', facts: { digest: 'def' }, sealed: true }));
    await flushUntil(hub, 2);
    const [open, sealed] = await leavesOf(hub);
    assert.equal(open!.kind, 'statement');
    assert.equal(open!.digest, 'abc');
    assert.equal(open!.name, undefined);
    assert.equal(sealed!.digest, undefined);
    assert.ok((await askJson(hub, 'GET', '/api/assay/tlog/leaves/0')).body.opening);
    assert.equal((await askJson(hub, 'GET', '/api/assay/tlog/leaves/1')).body.opening, undefined);
  }));

test('tiles are served for ever, partial ones also when their files are gone, and what is not there is a 404', () =>
  withHub(async (hub) => {
    const { db, tlog } = hub.context;
    const known: string[] = [];
    for (const count of [3, 250, 10, 300]) {
      await db.query(
        `INSERT INTO record.acts (kind, repo_id, repo_name, result_id, filename, dataset_id, task_id, entry)
         SELECT 'submitted', 'r', 'a/b', 'x', 'f', 'd', 't', '{}' FROM generate_series(1, $1)`,
        [count],
      );
      await tlog.flush();
      known.push((await tlog.published())!.note);
    }
    const found = await fsck(hub, known);
    assert.deepEqual(found.problems, []);
    assert.equal(found.consistentWith, 4);
    assert.equal(found.kinds.sealed, 563);

    const full = await hub.ask('GET', '/tlog/tile/0/000');
    assert.match(full.headers.get('cache-control') ?? '', /immutable/);
    assert.equal(full.headers.get('content-type'), 'application/octet-stream');
    const tile = await full.bytes();
    for (const width of [1, 3, 253, 255]) {
      const partial = await read(hub, `tile/0/000.p/${width}`);
      assert.deepEqual(partial, tile.slice(0, 32 * width));
    }
    assert.equal((await read(hub, 'tile/1/000.p/2'))!.length, 64);
    for (const path of [
      'tile/0/003',
      'tile/1/000.p/3',
      'tile/2/000.p/1',
      'tile/0/002.p/52',
      'tile/entries/003',
      'tile/0/000.p/256',
      'tile/0/..%2f..',
      'other',
    ]) {
      const answer = await hub.ask('GET', `/tlog/${path}`);
      assert.equal(answer.status, 404, path);
      assert.equal(((await answer.json()) as { code: string }).code, 'not-found');
    }
  }));

test('leaves, checkpoints and tile roots can be added and never changed; redaction takes the content alone', () =>
  withHub(async (hub) => {
    const { db, tlog } = hub.context;
    await insertAct(db, 'spam');
    await tlog.flush();
    for (const change of [
      `UPDATE record.tlog_leaves SET bytes = 'x'`,
      `UPDATE record.tlog_leaves SET content = 'other'`,
      'DELETE FROM record.tlog_leaves',
      'TRUNCATE record.tlog_leaves',
      `UPDATE record.tlog_checkpoints SET note = 'x'`,
      'DELETE FROM record.tlog_checkpoints',
      'DELETE FROM record.tlog_queue',
      'TRUNCATE record.tlog_tile_roots',
    ]) {
      await assert.rejects(db.query(change), /append-only|violates/, change);
    }
    await db.query('UPDATE record.tlog_leaves SET salt = NULL, content = NULL WHERE index = 0');
    assert.deepEqual((await fsck(hub)).problems, []);
    const admin = await hub.user('root', { isAdmin: true });
    const { body } = await askJson(hub, 'GET', '/api/assay/tlog/leaves/0', { as: admin });
    assert.equal(body.opening, undefined);
  }));
