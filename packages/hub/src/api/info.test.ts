import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askJson, commitFiles, entryText, type Json, makeRepo, proposeFiles } from '../testing/hub-client.ts';
import { withHub } from '../testing/with-hub.ts';

const file = '.eval_results/sums.yaml';
const dataset = 'else/where';

// compat: info, info.revision, info.blobs, base.dates, errors.revision
test('info tells of a model at its head and at a pull request', () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    const id = await makeRepo(hub, alice, { name: 'm' });
    const readme =
      '---\nlicense: mit\nlibrary_name: transformers\npipeline_tag: text-generation\nwhen: 2026-01-01\n---\nHi';
    await commitFiles(hub, alice, { repo: 'alice/m', files: { 'README.md': readme } });
    const info = (await askJson(hub, 'GET', '/api/models/alice/m')).body;
    assert.equal(info._id, id);
    assert.equal(info.modelId, 'alice/m');
    assert.equal(info.author, 'alice');
    assert.equal(info.gated, false);
    assert.deepEqual(info.cardData.when, '2026-01-01');
    assert.ok(info.tags.includes('license:mit') && info.tags.includes('transformers'));
    assert.equal(info.pipeline_tag, 'text-generation');
    assert.deepEqual(info.siblings, [{ rfilename: '.gitattributes' }, { rfilename: 'README.md' }]);
    assert.match(info.sha, /^[0-9a-f]{40}$/);
    assert.match(info.lastModified, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const files = { [file]: entryText({ dataset, value: 3 }), 'README.md': '---\nlicense: other\n---\n' };
    const num = await proposeFiles(hub, bob, { repo: 'alice/m', files });
    const pull = (await askJson(hub, 'GET', `/api/models/alice/m/revision/refs%2Fpr%2F${num}?blobs=true`))
      .body;
    assert.notEqual(pull.sha, info.sha);
    assert.equal(pull.cardData.license, 'other');
    assert.equal(pull.siblings.length, 3);
    assert.equal(typeof pull.siblings[0].size, 'number');
    assert.equal((await askJson(hub, 'GET', `/api/models/alice/m/revision/HEAD`)).body.sha, info.sha);
    const missing = await askJson(hub, 'GET', '/api/models/alice/m/revision/none');
    assert.equal(missing.headers.get('x-error-code'), 'RevisionNotFound');
  }));

// compat: info.expand, info.eval-results, base.repeated-keys, base.unknown-keys
test("expand gives what is asked and no more; results have the Hub's form", () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    const _id = await makeRepo(hub, alice, { name: 'm' });
    const more = { date: '2026-01-02', notes: 'x', url: 'http://run' };
    await commitFiles(hub, alice, {
      repo: 'alice/m',
      files: { [file]: entryText({ dataset, value: 3, ...more }) },
    });
    const other = { '.eval_results/b.yaml': entryText({ dataset, value: 4 }) };
    const num = await proposeFiles(hub, bob, { repo: 'alice/m', files: other });
    const expanded = async () =>
      (await askJson(hub, 'GET', '/api/models/alice/m?expand[]=likes&expand=evalResults&expand=newerThanWe'))
        .body;
    const on = { id: dataset, task_id: 'main' };
    const first = {
      filename: file,
      verified: false,
      data: { dataset: on, value: 3, date: '2026-01-02', source: { url: 'http://run' }, notes: 'x' },
    };
    const second = {
      filename: '.eval_results/b.yaml',
      verified: false,
      data: { dataset: on, value: 4 },
      pullRequest: num,
    };
    assert.deepEqual(await expanded(), {
      _id,
      id: 'alice/m',
      likes: 0,
      evalResults: [first, second],
    });
    const close = { as: alice, json: { status: 'closed' } };
    await askJson(hub, 'POST', `/api/models/alice/m/discussions/${num}/status`, close);
    assert.deepEqual((await expanded()).evalResults, [first]);
  }));

/** Commit times have seconds: in a test's second everything would be of the same age. */
function tickingClock(): () => Date {
  let seconds = Date.parse('2026-01-01T00:00:00Z') / 1000;
  return () => new Date(1000 * seconds++);
}

// compat: lists, lists.full, pages.link, pages.array
test('lists filter, sort and page', () =>
  withHub(
    async (hub) => {
      const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
      for (const name of ['one', 'two', 'three']) await makeRepo(hub, alice, { name });
      await makeRepo(hub, bob, { name: 'one' });
      await makeRepo(hub, bob, { name: 'hidden', private: true });
      await commitFiles(hub, alice, {
        repo: 'alice/two',
        files: { 'README.md': '---\nlicense: mit\ntags: [a, b]\n---\n' },
      });
      const ids = async (query: string, as = alice) =>
        (await askJson(hub, 'GET', `/api/models?${query}`, { as })).body.map((row: Json) => row.id);
      assert.deepEqual(await ids('sort=createdAt'), ['bob/one', 'alice/three', 'alice/two', 'alice/one']);
      assert.deepEqual(await ids('author=ALICE&search=o&sort=id'), ['alice/two', 'alice/one']);
      assert.deepEqual(await ids('filter=license:mit&filter=a'), ['alice/two']);
      assert.deepEqual(await ids('filter=license:mit&filter=c'), []);
      assert.deepEqual(await ids('sort=lastModified&limit=1'), ['alice/two']);
      assert.deepEqual((await ids('author=bob', bob)).sort(), ['bob/hidden', 'bob/one']);
      assert.equal((await askJson(hub, 'GET', '/api/models?sort=odd')).status, 400);
      const seen: string[] = [];
      for (let path: string | null = '/api/models?limit=3&sort=downloads&full=true'; path; ) {
        const { body, headers }: { body: Json[]; headers: Headers } = await askJson(hub, 'GET', path);
        seen.push(...body.map((row) => row.id));
        assert.ok(body.every((row) => row.siblings.length > 0 && row.sha));
        path = /^<http:\/\/hub\.test([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? null;
      }
      assert.deepEqual(seen.sort(), ['alice/one', 'alice/three', 'alice/two', 'bob/one']);
    },
    { clock: tickingClock() },
  ));
