import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { test } from 'node:test';
import { findRepo } from '../repos/require-repo.ts';
import {
  askJson,
  commitFiles,
  entryText,
  evalYamlText,
  makeRepo,
  proposeFiles,
} from '../testing/hub-client.ts';
import { createWorld, takeStep } from '../testing/random-history.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';
import { formatDifference } from './differences.ts';
import { reindex } from './reindex.ts';
import { sweep } from './sweep.ts';

const differences = async (hub: TestHub) =>
  (await reindex(hub.context, { check: true })).map(formatDifference);
const file = '.eval_results/sums.yaml';

async function countActs(hub: TestHub): Promise<number> {
  return (await hub.context.db.one<{ n: number }>('SELECT count(*)::int AS n FROM record.acts')).n;
}

async function setUp(hub: TestHub): Promise<{ alice: TestUser; bob: TestUser }> {
  const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
  await makeRepo(hub, alice, { type: 'dataset', name: 'sums' });
  await commitFiles(hub, alice, {
    type: 'dataset',
    repo: 'alice/sums',
    files: { 'eval.yaml': evalYamlText },
  });
  await makeRepo(hub, alice, { name: 'm' });
  await commitFiles(hub, alice, {
    repo: 'alice/m',
    files: { [file]: entryText({ dataset: 'alice/sums', value: 1 }) },
  });
  return { alice, bob };
}

for (const seed of [1, 2, 3]) {
  test(`whatever people do, the index is what a rebuild makes of it (seed ${seed})`, () =>
    withHub(async (hub) => {
      const world = await createWorld(hub, seed);
      const done: string[] = [];
      for (let step = 1; step <= 40; step += 1) {
        done.push(await takeStep(world));
        if (step % 10 === 0) assert.deepEqual(await differences(hub), [], done.join('\n'));
      }
      const acts = await countActs(hub);
      assert.ok(acts > 15, `only ${acts} acts in\n${done.join('\n')}`);
      await reindex(hub.context, { check: false });
      assert.deepEqual(await differences(hub), []);
      assert.equal(await countActs(hub), acts);
    }));
}

test('a check names each row that was tampered with, and changes none', () =>
  withHub(async (hub) => {
    await setUp(hub);
    const { db } = hub.context;
    await db.query("UPDATE derived.results SET value = 2, value_text = '2'");
    await db.query('DELETE FROM derived.benchmarks');
    await db.query("INSERT INTO derived.refs VALUES ($1, 'refs/heads/x', $2)", [
      'e'.repeat(24),
      'c'.repeat(40),
    ]);
    const found = await differences(hub);
    assert.deepEqual(found, [
      'alice/sums benchmarks: missing benchmark',
      `alice/m results: changed ${file}[0] in scope 0 (value, value_text)`,
      `- refs: extra 1 of repo ${'e'.repeat(24)}, which does not exist`,
      ...found.filter((line) => line.startsWith('- best:')),
    ]);
    assert.equal(found.filter((line) => line.startsWith('- best:')).length, 2);
    assert.deepEqual(await differences(hub), found);
    await reindex(hub.context, { check: false });
    assert.deepEqual(await differences(hub), []);
  }));

test('an index that was dropped is filled again, without an act said twice', () =>
  withHub(async (hub) => {
    const { bob } = await setUp(hub);
    await proposeFiles(hub, bob, {
      repo: 'alice/m',
      files: { '.eval_results/b.yaml': entryText({ dataset: 'alice/sums', value: 2 }) },
    });
    const acts = await countActs(hub);
    for (const table of ['versions', 'refs', 'results', 'best', 'benchmarks', 'repo_cards'])
      await hub.context.db.query(`DELETE FROM derived.${table}`);
    await reindex(hub.context, { check: false });
    assert.deepEqual(await differences(hub), []);
    assert.equal(await countActs(hub), acts);
  }));

test('reindexing goes on beside pushes, and loses none', () =>
  withHub(async (hub) => {
    const { alice } = await setUp(hub);
    for (const name of ['n', 'o', 'p']) await makeRepo(hub, alice, { name });
    const work = Array.from({ length: 12 }, (_, value) =>
      commitFiles(hub, alice, {
        repo: `alice/${'nop'[value % 3]}`,
        files: { [`.eval_results/f${value}.yaml`]: entryText({ dataset: 'alice/sums', value }) },
      }),
    );
    await Promise.all([...work, reindex(hub.context, { check: false })]);
    await reindex(hub.context, { check: false });
    assert.deepEqual(await differences(hub), []);
    assert.equal(await countActs(hub), 13);
  }));

test('what a crash left between git and the index is healed in the name of who pushed', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    const { context } = hub;
    const num = await proposeFiles(hub, bob, {
      repo: 'alice/m',
      files: { [file]: entryText({ dataset: 'alice/sums', value: 5 }) },
    });
    const repo = (await findRepo(context.db, 'model', 'alice/m'))!;
    const git = context.git.reader(repo.id);
    const ref = `refs/pr/${num}`;
    const [base, head] = [(await git.resolve('refs/heads/main'))!, (await git.resolve(ref))!];
    const quarantine = await context.git.quarantine(repo.id);
    const author = { name: 'alice', email: 'a@x' };
    const merged = await quarantine.merge({ base, head, message: 'x\n', author, date: context.clock() });
    assert.ok(merged.ok);
    await quarantine.migrate();
    quarantine.discard();
    // What a merge does up to the point where the process dies: announced, moved, not committed.
    const updates = [
      { ref: 'refs/heads/main', old: base, new: merged.oid },
      { ref, old: head, new: head },
    ];
    await context.db.query(
      "INSERT INTO record.pushes (repo_id, actor_id, via, updates) VALUES ($1, $2, 'merge', $3)",
      [repo.id, alice.actor.id, JSON.stringify(updates)],
    );
    await (await context.git.prepareRefs(repo.id, updates)).commit();
    assert.notDeepEqual(await differences(hub), []);
    assert.equal(await sweep(context, 0), 1);
    assert.deepEqual(await differences(hub), []);
    const { body } = await askJson(hub, 'GET', `/api/models/alice/m/discussions/${num}`);
    assert.equal(body.status, 'merged');
    assert.equal(body.changes.mergeCommitId, merged.oid);
    const { acts } = (await askJson(hub, 'GET', '/api/assay/models/alice/m/acts')).body;
    assert.deepEqual([acts[0].kind, acts[0].actor, acts[0].pullRequest], ['merged', 'alice', num]);
    assert.equal(acts[0].detail.healed, true);
    assert.equal(await sweep(context, 0), 0);
  }));

test('a pull request whose opening was lost is finished, and its number not given twice', () =>
  withHub(async (hub) => {
    const { alice } = await setUp(hub);
    const { context } = hub;
    const repo = (await findRepo(context.db, 'model', 'alice/m'))!;
    const quarantine = await context.git.quarantine(repo.id);
    const parent = await context.git.reader(repo.id).resolve('refs/heads/main');
    const content = Buffer.from(entryText({ dataset: 'alice/sums', value: 7 }));
    const oid = await quarantine.makeCommit({
      parent,
      operations: [{ kind: 'write', path: '.eval_results/lost.yaml', content }],
      author: { name: 'alice', email: 'a@x' },
      message: 'Lost and found\n',
      date: context.clock(),
    });
    await quarantine.migrate();
    quarantine.discard();
    const updates = [{ ref: 'refs/pr/1', old: null, new: oid }];
    await context.db.query(
      "INSERT INTO record.pushes (repo_id, actor_id, via, updates) VALUES ($1, $2, 'create', $3)",
      [repo.id, alice.actor.id, JSON.stringify(updates)],
    );
    await (await context.git.prepareRefs(repo.id, updates)).commit();
    const next = await proposeFiles(hub, alice, {
      repo: 'alice/m',
      files: { '.eval_results/next.yaml': entryText({ dataset: 'alice/sums', value: 8 }) },
    });
    assert.equal(next, 2);
    const found = await askJson(hub, 'GET', '/api/models/alice/m/discussions/1');
    assert.equal(found.body.title, 'Lost and found');
    assert.equal(found.body.status, 'open');
    assert.deepEqual(await differences(hub), []);
  }));

test('a repo that git cannot read keeps its place in the index, and no other suffers', () =>
  withHub(async (hub) => {
    const { alice } = await setUp(hub);
    const { db, git } = hub.context;
    await makeRepo(hub, alice, { name: 'n' });
    const files = { [file]: entryText({ dataset: 'alice/sums', value: 2 }) };
    await commitFiles(hub, alice, { repo: 'alice/n', files });
    const damaged = [
      (await findRepo(db, 'model', 'alice/m'))!.id,
      (await findRepo(db, 'dataset', 'alice/sums'))!.id,
    ];
    for (const id of damaged) await rename(git.dir(id), `${git.dir(id)}.away`);
    const rows = () => db.query('SELECT * FROM derived.results ORDER BY repo_id, position');
    const places = () => db.query('SELECT * FROM derived.best ORDER BY repo_id');
    const revisions = () => db.query('SELECT * FROM derived.revisions ORDER BY task_id, stated');
    const before = [await rows(), await places(), await revisions()];
    await db.query("UPDATE derived.results SET value_text = '3' WHERE repo_id <> $1", [damaged[0]]);
    await reindex(hub.context, { check: false });
    assert.deepEqual([await rows(), await places(), await revisions()], before);
    // Of what the index has never seen, it says nothing; the sweep goes on to the others.
    await db.query('DELETE FROM derived.versions');
    assert.equal(await sweep(hub.context, 0), 0);
    const seen = await db.query<{ repo_id: string }>('SELECT repo_id FROM derived.versions');
    assert.deepEqual(
      seen.map((row) => row.repo_id),
      [(await findRepo(db, 'model', 'alice/n'))!.id],
    );
    await reindex(hub.context, { check: false });
    assert.equal((await rows()).length, 2);
    const unread = (await reindex(hub.context, { check: true })).filter(({ kind }) => kind === 'unreadable');
    assert.deepEqual(unread.map(({ repo }) => repo).sort(), ['alice/m', 'alice/sums']);
    // Whoever pushes to a repo that is whole is not held up by its benchmark's.
    await makeRepo(hub, alice, { name: 'k' });
    const more = { [file]: entryText({ dataset: 'alice/sums', value: 4 }) };
    await commitFiles(hub, alice, { repo: 'alice/k', files: more });
    assert.equal((await rows()).length, 3);
    await askJson(hub, 'DELETE', '/api/repos/delete', { as: alice, json: { name: 'k' } });
    for (const id of damaged) await rename(`${git.dir(id)}.away`, git.dir(id));
    await sweep(hub.context, 0);
    await reindex(hub.context, { check: false });
    assert.deepEqual(await differences(hub), []);
    assert.deepEqual([await rows(), await places(), await revisions()], before);
  }));

test('acts can neither be changed nor taken back', () =>
  withHub(async (hub) => {
    await setUp(hub);
    for (const sql of [
      "UPDATE record.acts SET kind = 'closed'",
      'DELETE FROM record.acts',
      'TRUNCATE record.acts CASCADE',
    ])
      await assert.rejects(hub.context.db.query(sql), { code: '23001' });
    assert.equal(await countActs(hub), 1);
  }));
