import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { listen } from '../http/server.ts';
import { storeObject } from '../lfs/objects.ts';
import { formatPointer } from '../lfs/pointer.ts';
import {
  askJson,
  commitFiles,
  entryText,
  evalYamlText,
  type Json,
  makeRepo,
  proposeFiles,
} from '../testing/hub-client.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';
import { bringUpToDate } from './schedule.ts';

const dataset = 'org/sums';
const model = 'org/m';
const file = '.eval_results/sums.yaml';
const never = new AbortController().signal;

interface Two {
  source: TestHub;
  url: string;
  org: TestUser;
  bob: TestUser;
  target: TestHub;
  admin: TestUser;
}

/** A hub that others can reach, and one to mirror into. */
async function withTwo(work: (two: Two) => Promise<void>): Promise<void> {
  await withHub(async (source) => {
    const server = await listen(source, { port: 0, host: '127.0.0.1' });
    try {
      await withHub(async (target) => {
        const [org, bob] = [await source.user('org'), await source.user('bob')];
        const admin = await target.user('root', { isAdmin: true });
        await work({ source, url: server.url, org, bob, target, admin });
      });
    } finally {
      await server.close();
    }
  });
}

/** Asks for a mirror, and waits until this try is over. */
async function mirror(two: Two, name: string, more: object = {}): Promise<Json> {
  const { target, admin, url } = two;
  const asked = await askJson(target, 'POST', '/api/assay/mirrors', {
    as: admin,
    json: { name, from: url, ...more },
  });
  assert.equal(asked.status, 202, JSON.stringify(asked.body));
  const { type, name: here } = asked.body;
  const repo = await target.context.db.one<{ id: string }>(
    "SELECT id FROM record.repos WHERE type = $1 AND namespace || '/' || name = $2 AND deleted_at IS NULL",
    [type, here],
  );
  for (;;) {
    await bringUpToDate(target.context, repo.id, never); // does nothing while the hub's own job does it
    const { body } = await askJson(target, 'GET', `/api/assay/mirrors/${type}/${here}`);
    if (body.state === 'done' || body.state === 'failed') return body;
  }
}

const get = async (hub: TestHub, path: string): Promise<Json> => (await askJson(hub, 'GET', path)).body;

/** What must be equal on both sides. */
async function facts(hub: TestHub): Promise<Json> {
  const refs = (type: string, name: string) => get(hub, `/api/${type}s/${name}/refs?include_prs=1`);
  const list = await get(hub, `/api/models/${model}/discussions?p=0`);
  const threads = [];
  for (const { num } of list.discussions) {
    const { events, filesWithConflicts, changes, diff, ...row } = await get(
      hub,
      `/api/models/${model}/discussions/${num}?diff=1`,
    );
    threads.push({
      ...[row.num, row.title, row.status, row.isPullRequest, row.author?.name, row.createdAt],
      changes,
      filesWithConflicts,
      diff,
      events: events.map((event: Json) => [
        event.type,
        event.author?.name,
        event.createdAt,
        event.data.latest?.raw ?? event.data,
      ]),
    });
  }
  const board = await get(hub, `/api/assay/benchmarks/${dataset}/board?include=community&all_setups=true`);
  const { results } = await get(hub, `/api/assay/models/${model}/results`);
  const shown = (row: Json) => [
    row.rank,
    row.model,
    row.valueText,
    row.standing,
    row.pullRequest,
    row.commit,
  ];
  return {
    refs: [await refs('dataset', dataset), await refs('model', model)],
    threads,
    board: board.rows.map(shown),
    results: results.map(shown),
  };
}

async function seed({ source, org, bob }: Two): Promise<{ merged: number; open: number; closed: number }> {
  await makeRepo(source, org, { type: 'dataset', name: 'sums' });
  await commitFiles(source, org, {
    type: 'dataset',
    repo: dataset,
    files: { 'eval.yaml': evalYamlText, 'README.md': '# Sums\n' },
  });
  await askJson(source, 'POST', `/api/datasets/${dataset}/tag/main`, { as: org, json: { tag: 'v1' } });
  await makeRepo(source, org, { name: 'm' });
  await commitFiles(source, org, { repo: model, files: { [file]: entryText({ dataset, value: '0.50' }) } });
  const propose = (name: string, value: string, notes: string) =>
    proposeFiles(source, bob, {
      repo: model,
      title: `Add ${name}`,
      files: { [`.eval_results/${name}.yaml`]: entryText({ dataset, value, notes }) },
    });
  const merged = await propose('merged', '0.60', '5-shot');
  const open = await propose('open', '0.70', '8-shot');
  const closed = await propose('closed', '0.99', '9-shot');
  const thread = `/api/models/${model}/discussions`;
  await askJson(source, 'POST', `${thread}/${merged}/merge`, { as: org });
  await askJson(source, 'POST', `${thread}/${closed}/status`, {
    as: org,
    json: { status: 'closed', comment: 'Not so.' },
  });
  await askJson(source, 'POST', thread, {
    as: bob,
    json: { title: 'A question', description: 'Which prompt?' },
  });
  return { merged, open, closed };
}

test('a mirror equals its origin: refs, pull requests, discussions, boards; and again after changes there', () =>
  withTwo(async (two) => {
    const { source, org, bob, target, url } = two;
    const { open } = await seed(two);
    const first = await mirror(two, model);
    assert.deepEqual([first.state, first.problem, first.type], ['done', undefined, 'model']);
    // The benchmark is not here yet: its results are kept, and join the board when it comes.
    assert.equal((await askJson(target, 'GET', `/api/assay/benchmarks/${dataset}/board`)).status, 401);
    const waiting = (await get(target, `/api/assay/models/${model}/results`)).results;
    assert.deepEqual(
      waiting.map((row: Json) => row.benchmarkStanding),
      Array.from({ length: 4 }, () => 'absent'),
    );
    assert.equal((await mirror(two, dataset)).state, 'done');
    assert.deepEqual(await facts(target), await facts(source));
    assert.equal((await get(target, `/api/models/${model}`)).mirror.origin, `${url}/${model}`);

    await askJson(source, 'POST', `/api/models/${model}/discussions/${open}/merge`, { as: org });
    await askJson(source, 'POST', `/api/models/${model}/discussions/${open}/comment`, {
      as: bob,
      json: { comment: 'Thanks.' },
    });
    await proposeFiles(source, bob, {
      repo: model,
      files: { '.eval_results/late.yaml': entryText({ dataset, value: '0.8', notes: '3-shot' }) },
    });
    await askJson(source, 'DELETE', `/api/datasets/${dataset}/tag/v1`, { as: org });
    for (const name of [model, dataset]) assert.equal((await mirror(two, name)).state, 'done');
    assert.deepEqual(await facts(target), await facts(source));
    const { acts } = await get(target, `/api/assay/models/${model}/acts`);
    assert.ok(acts.some((act: Json) => act.kind === 'merged' && act.detail.via === 'mirror'));
    const { reindex } = await import('../index/reindex.ts');
    assert.deepEqual(await reindex(target.context, { check: true }), []);
  }));

test('a mirror takes pull requests of its own, numbered apart, and follows its origin in everything else', () =>
  withTwo(async (two) => {
    const { source, org, target, admin } = two;
    const { open } = await seed(two);
    await mirror(two, model);
    const dora = await target.user('dora');
    const own = await proposeFiles(target, dora, {
      repo: model,
      files: { '.eval_results/own.yaml': entryText({ dataset, value: '0.3', notes: '2-shot' }) },
    });
    assert.equal(own, 1_000_001);
    const merge = await askJson(target, 'POST', `/api/models/${model}/discussions/${own}/merge`, {
      as: admin,
    });
    assert.equal(merge.status, 409);
    const answer = await askJson(target, 'POST', `/api/models/${model}/discussions/${open}/comment`, {
      as: dora,
      json: { comment: 'Hello?' },
    });
    assert.equal(answer.status, 409);
    await commitFiles(source, org, { repo: model, files: { 'README.md': '# M\n' } });
    assert.equal((await mirror(two, model)).state, 'done');
    const { results } = await get(target, `/api/assay/models/${model}/results`);
    assert.ok(results.some((row: Json) => row.pullRequest === own && row.standing === 'community'));
    const refs = await get(target, `/api/models/${model}/refs`);
    assert.deepEqual(refs.branches, (await get(source, `/api/models/${model}/refs`)).branches);
    assert.equal(
      (await askJson(target, 'DELETE', `/api/assay/mirrors/model/${model}`, { as: dora })).status,
      403,
    );
    assert.equal(
      (await askJson(target, 'DELETE', `/api/assay/mirrors/model/${model}`, { as: admin })).status,
      200,
    );
    assert.equal(
      (await askJson(target, 'POST', `/api/models/${model}/discussions/${own}/merge`, { as: admin })).status,
      200,
    );
  }));

test('who asks while a mirror is being brought up to date gets what has come since', () =>
  withTwo(async (two) => {
    const { source, org, target } = two;
    await seed(two);
    await mirror(two, model);
    const { id } = await target.context.db.one<{ id: string }>(
      "SELECT id FROM record.repos WHERE type = 'model' AND namespace || '/' || name = $1",
      [model],
    );
    const states = async () =>
      target.context.db.one<{ state: string }>('SELECT state FROM record.mirrors WHERE repo_id = $1', [id]);
    let over = false;
    const run = bringUpToDate(target.context, id, never).finally(() => {
      over = true;
    });
    while (!over && (await states()).state !== 'running') await nextTurn();
    await commitFiles(source, org, { repo: model, files: { 'README.md': '# Later\n' } });
    assert.equal((await mirror(two, model)).state, 'done');
    await run;
    const branches = async (hub: TestHub) => (await get(hub, `/api/models/${model}/refs`)).branches;
    assert.deepEqual(await branches(target), await branches(source));
  }));

test('large files come with their history; one that is lost there, or is another, is told as missing', () =>
  withTwo(async (two) => {
    const { source, org, target } = two;
    await makeRepo(source, org, { name: 'm' });
    const put = async (text: string) => {
      const id = (await get(source, `/api/models/${model}`))._id;
      return storeObject(source.context, id, [Buffer.from(text)] as unknown as AsyncIterable<Uint8Array>, {});
    };
    const [old, now, lost] = [await put('old weights'), await put('new weights'), await put('lost weights')];
    const pointer = ({ sha256, size }: { sha256: string; size: number }) =>
      formatPointer({ oid: sha256, size });
    await commitFiles(source, org, { repo: model, files: { 'w.bin': pointer(old) } });
    await commitFiles(source, org, { repo: model, files: { 'w.bin': pointer(now), 'l.bin': pointer(lost) } });
    await source.context.blobs.remove(lost.sha256);
    const done = await mirror(two, model);
    assert.equal(done.state, 'done');
    assert.deepEqual(
      done.missing.map((gap: Json) => gap.path),
      ['l.bin'],
    );
    for (const { sha256 } of [old, now]) assert.equal(await target.context.blobs.has(sha256), true);
    const answer = await target.ask('GET', `/${model}/resolve/main/w.bin`);
    assert.equal(await answer.text(), 'new weights');
    const elsewhere = await target.ask('GET', `/${model}/resolve/main/l.bin`);
    assert.deepEqual(
      [elsewhere.status, elsewhere.headers.get('location')?.startsWith(`${two.url}/${model}/resolve/`)],
      [302, true],
    );
    await put('lost weights');
    assert.deepEqual((await mirror(two, model)).missing, []);
    assert.equal(createHash('sha256').update('lost weights').digest('hex'), lost.sha256);
    assert.equal(await target.context.blobs.has(lost.sha256), true);
  }));

test('faulty result files of an imported history are listed as invalid, and break nothing', () =>
  withTwo(async (two) => {
    const { source, org, target } = two;
    await seed(two);
    const git = source.context.git;
    const repo = (await get(source, `/api/models/${model}`))._id as string;
    const parent = await git.reader(repo).resolve('main');
    const quarantine = await git.quarantine(repo);
    const oid = await quarantine.makeCommit({
      parent,
      operations: [
        { kind: 'write', path: '.eval_results/bad.yaml', content: Buffer.from('- value: [') },
        { kind: 'write', path: 'README.md', content: Buffer.from('---\nlicense: [\n---\n') },
      ],
      author: { name: 'org', email: 'org@example.org' },
      message: 'Break it',
      date: new Date(),
    });
    await quarantine.migrate();
    quarantine.discard();
    await (await git.prepareRefs(repo, [{ ref: 'refs/heads/main', old: parent, new: oid }])).commit();
    assert.equal((await mirror(two, model)).state, 'done');
    const { results, invalid } = await get(target, `/api/assay/models/${model}/results`);
    assert.deepEqual(
      invalid.map((row: Json) => row.filename),
      ['.eval_results/bad.yaml'],
    );
    assert.equal(results.length, 4);
    assert.equal(org.actor.name, 'org');
  }));

test('only administrators mirror; names that are taken, missing or no hub at all are told at once', () =>
  withTwo(async (two) => {
    const { target, admin, url } = two;
    await seed(two);
    const dora = await target.user('dora');
    const ask = async (json: object, as: TestUser = admin) =>
      (await askJson(target, 'POST', '/api/assay/mirrors', { as, json })).status;
    assert.equal(await ask({ name: model, from: url }, dora), 403);
    assert.equal(await ask({ name: 'org/none', from: url }), 404);
    assert.equal(await ask({ name: model, from: 'file:///etc' }), 422);
    assert.equal(await ask({ name: '../etc', from: url }), 422);
    assert.equal(await ask({ name: model, from: 'http://127.0.0.1:1' }), 502);
    await makeRepo(target, dora, { name: 'm' });
    assert.equal(await ask({ name: model, from: url, as: 'dora/m' }), 409);
  }));

test('an origin cannot send the hub into private networks, nor feed it without end', async () => {
  let asked = 0;
  const inner = createServer((_request, response) => {
    asked += 1;
    response.end('secret');
  });
  const outer = createServer((request, response) => {
    if (request.url?.startsWith('/api/datasets/a/long')) {
      response.write('{"id":"');
      const more = () => {
        if (!response.destroyed) response.write('x'.repeat(2 ** 20), () => setImmediate(more));
      };
      return more();
    }
    const { port } = inner.address() as { port: number };
    response.writeHead(302, { location: `http://localhost:${port}/` }).end();
  });
  for (const server of [inner, outer]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    await withHub(async (hub) => {
      const admin = await hub.user('root', { isAdmin: true });
      const { port } = outer.address() as { port: number };
      for (const [name, status] of [
        ['a/b', 403],
        ['a/long', 502],
      ] as const) {
        const json = { name, type: 'dataset', from: `http://127.0.0.1:${port}` };
        assert.equal((await askJson(hub, 'POST', '/api/assay/mirrors', { as: admin, json })).status, status);
      }
      assert.equal(asked, 0);
    });
  } finally {
    for (const server of [inner, outer]) {
      server.closeAllConnections();
      server.close();
    }
  }
});
