import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createRepo } from '../repos/create-repo.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

/** A xorb as clients send it: chunks with their headers, here stored as they are. */
function xorbOf(chunks: Buffer[]): Buffer {
  const parts = chunks.flatMap((data) => {
    const head = Buffer.alloc(8);
    head.writeUIntLE(data.length, 1, 3);
    head.writeUIntLE(data.length, 5, 3);
    return [head, data];
  });
  return Buffer.concat([...parts, Buffer.from('XETBLOB and a footer')]);
}

/** 64 hex digits as Xet stores them: four numbers, least significant byte first. */
function turned(hash: string): Buffer {
  return Buffer.concat([0, 16, 32, 48].map((at) => Buffer.from(hash.slice(at, at + 16), 'hex').reverse()));
}

interface ShardEntry {
  sha256: string;
  terms: { xorb: string; start: number; end: number }[];
}

function shardOf(files: ShardEntry[]): Buffer {
  const parts: Buffer[] = [Buffer.alloc(48)];
  for (const { sha256, terms } of files) {
    const head = Buffer.alloc(48);
    head.writeUInt32LE(0xc0000000, 32);
    head.writeUInt32LE(terms.length, 36);
    parts.push(head);
    for (const { xorb, start, end } of terms) {
      const term = Buffer.alloc(48);
      turned(xorb).copy(term);
      term.writeUInt32LE(start, 40);
      term.writeUInt32LE(end, 44);
      parts.push(term);
    }
    parts.push(Buffer.alloc(48 * terms.length), Buffer.concat([turned(sha256), Buffer.alloc(16)]));
  }
  return Buffer.concat([...parts, Buffer.alloc(48, 0xff), Buffer.from('facts about xorbs')]);
}

interface Upload {
  hub: TestHub;
  alice: TestUser;
  send(path: string, body: Buffer | string, token?: string): Promise<Response>;
  held(sha256: string): Promise<boolean>;
  /** Moves the hub's clock forward. */
  pass(days: number): void;
}

function withUpload(
  work: (upload: Upload) => Promise<void>,
  config: Record<string, string> = {},
): Promise<void> {
  let now = Date.parse('2026-03-01T00:00:00Z');
  return withHub(
    async (hub) => {
      const alice = await hub.user('alice');
      const repo = await createRepo(hub.context, alice.actor, { type: 'model', name: 'm' });
      const asked = await hub.ask('GET', '/api/models/alice/m/xet-write-token/None?create_pr=1', {
        as: alice,
      });
      const { accessToken, casUrl, exp } = (await asked.json()) as {
        accessToken: string;
        casUrl: string;
        exp: number;
      };
      assert.equal(asked.headers.get('x-xet-cas-url'), casUrl);
      assert.ok(exp * 1000 > now);
      const cas = casUrl.replace('http://hub.test', '');
      await work({
        hub,
        alice,
        send: (path, body, token = accessToken) =>
          hub.ask('POST', `${cas}/${path}`, {
            body: new Uint8Array(Buffer.from(body as string)),
            headers: { authorization: `Bearer ${token}` },
          }),
        async held(sha256) {
          const rows = await hub.context.db.query(
            'SELECT 1 FROM record.lfs_objects WHERE repo_id = $1 AND oid = $2',
            [repo.id, sha256],
          );
          return rows.length === 1 && (await hub.context.blobs.has(sha256));
        },
        pass(days) {
          now += days * 86_400_000;
        },
      });
    },
    { clock: () => new Date(now), config },
  );
}

const xorb = 'ab'.repeat(32);
const chunks = ['one ', 'two ', 'three'].map((text) => Buffer.from(text));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

// compat: xet.token, xet.upload
test('pieces sent once make up several files', () =>
  withUpload(async ({ send, held }) => {
    const inserted = async () =>
      ((await (await send(`v1/xorbs/default/${xorb}`, xorbOf(chunks))).json()) as { was_inserted: boolean })
        .was_inserted;
    assert.deepEqual([await inserted(), await inserted()], [true, false]);
    const files = [
      { sha256: sha256('one two three'), terms: [{ xorb, start: 0, end: 3 }] },
      {
        sha256: sha256('threeone '),
        terms: [
          { xorb, start: 2, end: 3 },
          { xorb, start: 0, end: 1 },
        ],
      },
      { sha256: sha256(''), terms: [] },
    ];
    const answer = await send('v1/shards', shardOf(files));
    assert.deepEqual([answer.status, await answer.json()], [200, { result: 1 }]);
    for (const file of files) assert.equal(await held(file.sha256), true);
  }));

// compat: xet.upload
test('what does not fit together is refused', () =>
  withUpload(async ({ send, held }) => {
    const file = { sha256: sha256('one '), terms: [{ xorb, start: 0, end: 1 }] };
    assert.equal((await send('v1/shards', shardOf([file]))).status, 400);
    await send(`v1/xorbs/default/${xorb}`, xorbOf(chunks));
    const bad = [
      shardOf([{ ...file, sha256: sha256('else') }]),
      shardOf([{ ...file, terms: [{ xorb, start: 0, end: 9 }] }]),
      shardOf([file]).subarray(0, 100),
      Buffer.alloc(0),
    ];
    for (const shard of bad) assert.equal((await send('v1/shards', shard)).status, 400);
    assert.equal(await held(file.sha256), false);
    await send(`v1/xorbs/default/${'cd'.repeat(32)}`, xorbOf(chunks).subarray(0, 6));
    assert.equal(
      (await send('v1/shards', shardOf([{ ...file, terms: [{ xorb: 'cd'.repeat(32), start: 0, end: 1 }] }])))
        .status,
      400,
    );
  }));

// compat: xet.grants
test('nothing but uploads is answered with anything but 404, and only to the right token', () =>
  withUpload(async ({ hub, send, pass }) => {
    for (const path of [
      `v1/xorb-grants/default/${xorb}`,
      'v2/shards',
      'v1/xorbs/default/short',
      'v1/other',
    ]) {
      assert.equal((await send(path, '{}')).status, 404, path);
    }
    assert.equal((await hub.ask('GET', `/xet/${'a'.repeat(24)}/1/v1/chunks/default/${xorb}`)).status, 404);
    assert.equal((await hub.ask('POST', '/v1/telemetry', { body: '{}' })).status, 404);
    const path = `v1/xorbs/default/${xorb}`;
    assert.equal((await send(path, 'x', 'xet_9999999999_nonsense')).status, 401);
    const stranger = await hub.ask('GET', '/api/models/alice/m/xet-write-token/main');
    assert.equal(stranger.status, 401);
    pass(1);
    assert.equal((await send(path, xorbOf(chunks))).status, 401);
  }));

/** Fills alice's room, all but `left` bytes, with an object that only the record knows. */
async function fill(hub: TestHub, left: number): Promise<void> {
  const { id, used } = await hub.context.db.one<{ id: string; used: number }>(
    `SELECT min(id) AS id, coalesce(sum(git_bytes), 0)::bigint AS used FROM record.repos WHERE deleted_at IS NULL`,
  );
  await hub.context.db.query('DELETE FROM record.lfs_objects');
  await hub.context.db.query('INSERT INTO record.lfs_objects (repo_id, oid, size) VALUES ($1, $2, $3)', [
    id,
    'f'.repeat(64),
    2 ** 30 - used - left,
  ]);
}

const small = [
  { sha256: sha256('one '), terms: [{ xorb, start: 0, end: 1 }] },
  { sha256: sha256('one two three'), terms: [{ xorb, start: 0, end: 3 }] },
];

test('an upload that goes over the quota is refused; of its file nothing stays, and what fitted counts', () =>
  withUpload(
    async ({ hub, alice, send, held }) => {
      const used = async () =>
        (await (await hub.ask('GET', '/api/assay/storage', { as: alice })).json()) as {
          storage: { used: number; quota: number }[];
        };
      await send(`v1/xorbs/default/${xorb}`, xorbOf(chunks));
      await fill(hub, 16);
      const answer = await send('v1/shards', shardOf(small));
      const told = (await answer.json()) as { code: string; error: string };
      assert.deepEqual([answer.status, told.code], [403, 'quota-exceeded'], told.error);
      assert.match(told.error, /alice may keep 1073741824 bytes and keeps \d+: 13 more do not fit/);
      assert.deepEqual([await held(small[0]!.sha256), await held(small[1]!.sha256)], [true, false]);
      assert.equal(await hub.context.blobs.has(small[1]!.sha256), false);
      const [room] = (await used()).storage;
      assert.equal(room!.quota - room!.used, 16 - 4);
      // What is not held cannot be named by a commit, so no file of it is ever seen.
      const line = {
        key: 'lfsFile',
        value: { path: 'big.bin', algo: 'sha256', oid: small[1]!.sha256, size: 13 },
      };
      const commit = await hub.ask('POST', '/api/models/alice/m/commit/main', {
        as: alice,
        body: [{ key: 'header', value: { summary: 'x' } }, line].map((one) => JSON.stringify(one)).join('\n'),
        headers: { 'content-type': 'application/x-ndjson' },
      });
      assert.equal(commit.status, 400);
      // The same again, with room: all of it.
      await fill(hub, 100);
      assert.equal((await send('v1/shards', shardOf(small))).status, 200);
      assert.deepEqual([await held(small[0]!.sha256), await held(small[1]!.sha256)], [true, true]);
      // Without any room, it is said before a piece is sent.
      await fill(hub, 0);
      const token = await hub.ask('GET', '/api/models/alice/m/xet-write-token/main', { as: alice });
      assert.deepEqual(
        [token.status, ((await token.json()) as { code: string }).code],
        [403, 'quota-exceeded'],
      );
    },
    { quotaGib: '1' },
  ));

test("a bucket's files take its owner's room: what does not fit is refused, whole batches at a time", () =>
  withUpload(
    async ({ hub, alice }) => {
      const made = await hub.ask('POST', '/api/buckets/alice/b', { as: alice, body: '{}' });
      assert.ok(made.ok, await made.text());
      const leave = () => hub.ask('GET', '/api/buckets/alice/b/xet-write-token', { as: alice });
      const { accessToken, casUrl } = (await (await leave()).json()) as {
        accessToken: string;
        casUrl: string;
      };
      const send = (path: string, body: Buffer) =>
        hub.ask('POST', `${casUrl.replace('http://hub.test', '')}/${path}`, {
          body: new Uint8Array(body),
          headers: { authorization: `Bearer ${accessToken}` },
        });
      await send(`v1/xorbs/default/${xorb}`, xorbOf(chunks));
      await fill(hub, 12);
      const refused = await send('v1/shards', shardOf([small[1]!]));
      assert.deepEqual(
        [refused.status, ((await refused.json()) as { code: string }).code],
        [403, 'quota-exceeded'],
      );
      assert.equal(await hub.context.blobs.has(small[1]!.sha256), false);
      assert.equal((await send('v1/shards', shardOf([small[0]!]))).status, 200);
      const { hash } = await hub.context.db.one<{ hash: string }>(
        'SELECT xet_hash AS hash FROM record.bucket_uploads',
      );
      const change = (paths: string[], type = 'addFile') =>
        hub.ask('POST', '/api/buckets/alice/b/batch', {
          as: alice,
          body: paths.map((path) => `${JSON.stringify({ type, path, xetHash: hash })}\n`).join(''),
          headers: { 'content-type': 'application/x-ndjson' },
        });
      const files = async () =>
        (await hub.context.db.query<{ path: string }>('SELECT path FROM record.bucket_files ORDER BY path'))
          .length;
      assert.equal((await change(['a', 'b', 'c', 'd'])).status, 403);
      assert.equal(await files(), 0);
      assert.equal((await change(['a', 'b', 'c'])).status, 200);
      assert.equal(await files(), 3);
      assert.equal((await leave()).status, 403);
      assert.equal((await change(['c'], 'deleteFile')).status, 200);
      assert.equal((await leave()).status, 200);
    },
    { quotaGib: '1' },
  ));
