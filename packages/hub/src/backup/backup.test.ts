import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { blobColumns } from '../blobs/blob-columns.ts';
import { type Config, loadConfig } from '../config/load-config.ts';
import { HubError } from '../errors.ts';
import { createHub, type Hub } from '../hub.ts';
import { reindex } from '../index/reindex.ts';
import { storeObject } from '../lfs/objects.ts';
import { silentLogger } from '../logger.ts';
import { createWorld, takeStep, type World } from '../testing/random-history.ts';
import { createTestDatabase } from '../testing/test-cluster.ts';
import { type TestHub, testOrigin, withHub } from '../testing/with-hub.ts';
import { writeBackup } from './backup.ts';
import type { Manifest } from './manifest.ts';
import type { OnProgress } from './progress.ts';
import { restoreBackup } from './restore.ts';

const quiet: OnProgress = () => {};
const refuses = (code: string) => (error: unknown) => error instanceof HubError && error.code === code;

/** An empty place for a hub: a database of its own, and a folder that is not there yet. */
async function withEmptyPlace(work: (config: Config, folder: string) => Promise<void>): Promise<void> {
  const database = await createTestDatabase({ empty: true });
  const folder = await mkdtemp(join(tmpdir(), 'assay-restore-'));
  try {
    const config = loadConfig(
      {},
      { dataDir: join(folder, 'data'), databaseUrl: database.url, databaseConnections: '8' },
    );
    assert.ok(config.ok);
    await work(config.value, folder);
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A hub with some life, a large file among it. Answers the large file's digest. */
async function live(world: World, steps: number): Promise<string> {
  for (let step = 0; step < steps; step += 1) await takeStep(world);
  const { context } = world.hub;
  const { id } = await context.db.one<{ id: string }>("SELECT id FROM record.repos WHERE name = 'a'");
  const bytes = randomBytes(100_000);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const once = async function* () {
    yield bytes;
  };
  await storeObject(context, id, once(), { sha256, size: bytes.length });
  await context.tlog.flush();
  return sha256;
}

const questions = [
  '/api/models?limit=100',
  '/api/assay/benchmarks/owner/sums/board?include=community&all_setups=1',
  '/api/datasets/owner/sums/leaderboard?all_setups=1',
  ...['owner/a', 'owner/b'].flatMap((name) => [
    `/api/models/${name}/refs?include_prs=1`,
    `/api/models/${name}/discussions?limit=100`,
    `/api/assay/models/${name}/results`,
    `/api/assay/models/${name}/acts`,
    `/api/models/${name}/commits/main`,
  ]),
  '/tlog/checkpoint',
];

async function answersOf(hub: Pick<Hub, 'fetch'>, token: string): Promise<[path: string, answer: string][]> {
  const headers = { authorization: `Bearer ${token}` };
  return Promise.all(
    questions.map(async (path): Promise<[string, string]> => {
      const answer = await hub.fetch(new Request(testOrigin + path, { headers }));
      return [path, `${answer.status} ${await answer.text()}`];
    }),
  );
}

async function refsOf(hub: Pick<Hub, 'context'>): Promise<Map<string, string>> {
  const { db, git } = hub.context;
  const found = new Map<string, string>();
  for (const { id } of await db.query<{ id: string }>('SELECT id FROM record.repos WHERE deleted_at IS NULL'))
    for (const [ref, oid] of await git.reader(id).refs()) found.set(`${id} ${ref}`, oid);
  return found;
}

test('a hub restored from a backup answers as the old one did, and its transparency log goes on', () =>
  withHub(async (hub) => {
    const world = await createWorld(hub, 11);
    const sha256 = await live(world, 25);
    const before = await answersOf(hub, world.owner.token);
    await withEmptyPlace(async (config, folder) => {
      const manifest = await writeBackup(hub.context, join(folder, 'backup'), quiet);
      assert.ok(manifest.tlogSize > 0);
      await restoreBackup(config, join(folder, 'backup'), { log: silentLogger, onProgress: quiet });
      const restored = await createHub(config);
      try {
        assert.deepEqual(await answersOf(restored, world.owner.token), before);
        assert.deepEqual(await reindex(restored.context, { check: true }), []);
        assert.equal(await restored.context.blobs.size(sha256), 100_000);
        const newWorld = { ...world, hub: toAsking(restored) };
        for (let step = 0; step < 12; step += 1) await takeStep(newWorld);
        assert.ok((await restored.context.tlog.flush()) > manifest.tlogSize);
        const old = before.find(([path]) => path === '/tlog/checkpoint')![1].slice(4);
        const { note } = await restored.context.db.one<{ note: string }>(
          'SELECT note FROM record.tlog_checkpoints WHERE size = $1',
          [manifest.tlogSize],
        );
        assert.equal(note, old, 'what was published stays published');
      } finally {
        await restored.close();
      }
    });
  }));

/** Enough of a test hub for the steps of a history. */
function toAsking(hub: Hub): TestHub {
  return {
    ...hub,
    user: () => Promise.reject(new Error('nobody is made here')),
    async ask(method, path, { as, json, body, headers = {} } = {}) {
      const all = new Headers(headers);
      if (as) all.set('authorization', `Bearer ${as.token}`);
      if (json !== undefined) all.set('content-type', 'application/json');
      const sent = json === undefined ? body : JSON.stringify(json);
      const init = { method, headers: all, body: sent, duplex: 'half' } as RequestInit;
      return hub.fetch(new Request(testOrigin + path, init));
    },
  };
}

test('a backup under load is one cut: all that was acknowledged before is in it, and record and git agree', () =>
  withHub(async (hub) => {
    const world = await createWorld(hub, 12);
    await live(world, 12);
    await withEmptyPlace(async (config, folder) => {
      const refsBefore = await refsOf(hub);
      let stopped = false;
      const load = (async () => {
        while (!stopped) await takeStep(world);
      })();
      const manifest = await writeBackup(hub.context, join(folder, 'backup'), quiet).finally(() => {
        stopped = true;
      });
      await load;
      assert.equal(manifest.repos.count, 3);
      await restoreBackup(config, join(folder, 'backup'), { log: silentLogger, onProgress: quiet });
      const restored = await createHub(config);
      try {
        assert.deepEqual(await reindex(restored.context, { check: true }), []);
        const refs = await refsOf(restored);
        for (const [name, oid] of refsBefore) {
          const [id, ref] = name.split(' ') as [string, string];
          const now = refs.get(name);
          assert.ok(now, `${ref} is there`);
          const base = await restored.context.git.reader(id).mergeBase(oid, now);
          assert.equal(base, oid, `${ref} holds what was acknowledged`);
        }
      } finally {
        await restored.close();
      }
    });
  }));

test('a repo deleted while the backup runs is deleted in the restored hub too', () =>
  withHub(async (hub) => {
    const world = await createWorld(hub, 13);
    await live(world, 5);
    const { db } = hub.context;
    const { id } = await db.one<{ id: string }>("SELECT id FROM record.repos WHERE name = 'b'");
    let open = 0;
    /** The outermost session ends with the cut: then the repo goes. */
    const session: typeof db.session = async (fn) => {
      open += 1;
      const answer = await db.session(fn);
      open -= 1;
      if (open === 0) {
        const json = { type: 'model', name: 'b' };
        assert.equal((await hub.ask('DELETE', '/api/repos/delete', { as: world.owner, json })).status, 200);
      }
      return answer;
    };
    await withEmptyPlace(async (config, folder) => {
      const context = { ...hub.context, db: { ...db, session } };
      const manifest = await writeBackup(context, join(folder, 'backup'), quiet);
      assert.deepEqual(manifest.deleted, [id]);
      await restoreBackup(config, join(folder, 'backup'), { log: silentLogger, onProgress: quiet });
      const restored = await createHub(config);
      try {
        assert.deepEqual(await reindex(restored.context, { check: true }), []);
        const ask = (name: string) => restored.fetch(new Request(`${testOrigin}/api/models/owner/${name}`));
        assert.deepEqual([(await ask('a')).status, (await ask('b')).status], [200, 401]);
      } finally {
        await restored.close();
      }
    });
  }));

test('what broke off looks like nothing whole: neither a backup nor a restored hub', () =>
  withHub(async (hub) => {
    const world = await createWorld(hub, 14);
    await live(world, 5);
    await withEmptyPlace(async (config, folder) => {
      const target = join(folder, 'backup');
      const breakAt =
        (wanted: string): OnProgress =>
        ({ stage, done }) => {
          if (stage === wanted && done > 0) throw new Error('broke off');
        };
      await assert.rejects(writeBackup(hub.context, target, breakAt('blobs')), /broke off/);
      await assert.rejects(stat(target));
      const options = { log: silentLogger, onProgress: quiet };
      await assert.rejects(restoreBackup(config, `${target}.partial`, options), refuses('invalid-input'));
      await writeBackup(hub.context, target, quiet);
      assert.deepEqual((await readdir(folder)).sort(), ['backup'], 'the broken one is gone');
      await assert.rejects(writeBackup(hub.context, target, quiet), refuses('in-use'));

      for (const stage of ['repos', 'record']) {
        const broken = restoreBackup(config, target, { ...options, onProgress: breakAt(stage) });
        await assert.rejects(broken, /broke off/);
        await assert.rejects(createHub(config), refuses('corrupt'));
      }
      await restoreBackup(config, target, options);
      await (await createHub(config)).close();
      await assert.rejects(restoreBackup(config, target, options), refuses('in-use'), 'not empty any more');
    });
  }));

test('a damaged backup, and one of a newer schema, are refused', () =>
  withHub(async (hub) => {
    const world = await createWorld(hub, 15);
    await live(world, 4);
    await withEmptyPlace(async (config, folder) => {
      const target = join(folder, 'backup');
      const manifest = await writeBackup(hub.context, target, quiet);
      const options = { log: silentLogger, onProgress: quiet };
      const paths = (await readdir(target, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile() && entry.name !== 'manifest.json')
        .map((entry) => join(entry.parentPath, entry.name));
      const one = (part: string) => paths.find((path) => path.includes(part))!;
      for (const path of [one('/accounts.copy'), one('.pack'), one('/blobs/'), one('repos.ndjson')]) {
        const bytes = await readFile(path);
        const changed = Buffer.from(bytes);
        changed[Math.floor(bytes.length / 2)]! ^= 1;
        await writeFile(path, changed);
        await assert.rejects(restoreBackup(config, target, options), refuses('corrupt'), path);
        await rm(path);
        await assert.rejects(
          restoreBackup(config, target, options),
          refuses('corrupt'),
          `${path} is missing`,
        );
        await writeFile(path, bytes);
      }
      const newer: Manifest = { ...manifest, schema: 999 };
      await writeFile(join(target, 'manifest.json'), JSON.stringify(newer));
      await assert.rejects(restoreBackup(config, target, options), refuses('schema-too-new'));
    });
  }));

test('every column of the record that holds a digest is known to name a blob, or known not to', () =>
  withHub(async (hub) => {
    const columns = await hub.context.db.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = 'record' AND column_name ~ '(digest|sha256|^oid$)' ORDER BY 1`,
    );
    const noBlob = [
      'evidence.plan_digest', // refers to plans
      'evidence_links.digest', // refers to evidence
      'mirror_gaps.oid', // of a large file that its origin does not have either
      'plans.digest', // of the text that its row holds
      'redacted_objects.oid', // a git object, and one that must not be kept
      'replications.evidence_digest', // refers to evidence
      'statements.digest', // of a payload that its row holds
      'statements.evidence_digest', // refers to evidence
      'statements.token_digest',
    ];
    const known = [...blobColumns.map(({ table, digest }) => `${table}.${digest}`), ...noBlob].sort();
    assert.deepEqual(columns.map(({ name }) => name).sort(), known);
  }));
