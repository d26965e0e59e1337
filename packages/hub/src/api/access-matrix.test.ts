import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askJson, commitFiles, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

interface Case {
  path: string;
  /** Status and `X-Error-Code` for: nobody, a stranger, the owner. */
  answers: [anonymous: Answer, stranger: Answer, owner: Answer];
  /** Whether the repo's commit is told although the entry is not there. */
  commit?: true;
}
type Answer = [status: number, code: string | null];

const ok: Answer = [200, null];
const hidden: Case['answers'] = [
  [401, 'RepoNotFound'],
  [404, 'RepoNotFound'],
  [404, 'RepoNotFound'],
];
const mine: Case['answers'] = [hidden[0], hidden[1], ok];
const gated: Case['answers'] = [[401, 'GatedRepo'], [403, 'GatedRepo'], ok];
const all = (answer: Answer): Case['answers'] => [answer, answer, answer];

const cases: Case[] = [
  { path: '/alice/open/resolve/main/a.txt', answers: all(ok) },
  { path: '/alice/open/resolve/none/a.txt', answers: all([404, 'RevisionNotFound']) },
  { path: '/alice/open/resolve/main/none', answers: all([404, 'EntryNotFound']), commit: true },
  { path: '/alice/open/raw/main/none', answers: all([404, 'EntryNotFound']), commit: true },
  { path: '/api/models/alice/open/tree/main/none', answers: all([404, 'EntryNotFound']), commit: true },
  { path: '/api/models/alice/open/revision/none', answers: all([404, 'RevisionNotFound']) },
  { path: '/alice/none/resolve/main/a.txt', answers: hidden },
  { path: '/datasets/alice/open/resolve/main/a.txt', answers: hidden },
  { path: '/api/models/alice/none', answers: hidden },
  { path: '/alice/none.git/info/refs?service=git-upload-pack', answers: hidden },
  { path: '/alice/secret/resolve/main/a.txt', answers: mine },
  { path: '/alice/secret/raw/main/a.txt', answers: mine },
  { path: '/alice/secret.git/info/refs?service=git-upload-pack', answers: mine },
  { path: '/api/models/alice/secret', answers: mine },
  { path: '/api/models/alice/secret/tree/main', answers: mine },
  { path: '/api/models/alice/secret/discussions', answers: mine },
  { path: '/alice/gated/resolve/main/a.txt', answers: gated },
  { path: '/alice/gated/raw/main/a.txt', answers: gated },
  { path: '/alice/gated/info/refs?service=git-upload-pack', answers: gated },
  { path: '/api/models/alice/gated', answers: all(ok) },
  { path: '/api/models/alice/gated/tree/main', answers: all(ok) },
  { path: '/api/models/alice/gated/refs', answers: all(ok) },
];

async function setUp(hub: TestHub): Promise<{ alice: TestUser; bob: TestUser }> {
  const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
  for (const name of ['open', 'secret', 'gated']) {
    await makeRepo(hub, alice, { name, private: name === 'secret' });
    await commitFiles(hub, alice, { repo: `alice/${name}`, files: { 'a.txt': 'one\n' } });
  }
  await askJson(hub, 'PUT', '/api/models/alice/gated/settings', { as: alice, json: { gated: 'manual' } });
  return { alice, bob };
}

// compat: auth.missing-repo, auth.private, auth.gated, errors.codes, errors.entry, errors.revision, errors.body
// compat: base.head, base.request-id, git.login, accept.matrix
test('who asks for what is there, hidden, gated or missing: status and headers, by GET and by HEAD', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    for (const { path, answers, commit } of cases) {
      for (const [index, as] of [undefined, bob, alice].entries()) {
        const where = `${path} ${as?.actor.name}`;
        const get = await hub.ask('GET', path, { as });
        const text = await get.text();
        const head = await hub.ask('HEAD', path, { as });
        assert.deepEqual([get.status, get.headers.get('x-error-code')], answers[index], where);
        const telling = [
          'content-type',
          'content-length',
          'x-error-code',
          'x-error-message',
          'x-repo-commit',
        ];
        for (const name of [...telling, 'www-authenticate', 'etag'])
          assert.equal(head.headers.get(name), get.headers.get(name), `${where} ${name}`);
        assert.deepEqual([head.status, await head.text()], [get.status, ''], where);
        assert.ok(get.headers.get('x-request-id'), where);
        if (get.ok) continue;
        assert.match(get.headers.get('x-error-message') ?? '', /^[\x20-\x7e]+$/, where);
        assert.equal(typeof JSON.parse(text).error, 'string', where);
        if (commit) assert.match(get.headers.get('x-repo-commit') ?? '', /^[0-9a-f]{40}$/, where);
        const asked = get.headers.get('www-authenticate') !== null;
        assert.equal(asked, get.status === 401 && path.includes('/info/refs'), where);
      }
    }
  }));

// compat: auth.bad-token, auth.disabled, accept.matrix
test('a bad token is told as one whatever it asks for, and a disabled repo as disabled', () =>
  withHub(
    async (hub) => {
      const { alice } = await setUp(hub);
      const bad = { ...alice, token: `hf_${'x'.repeat(34)}` };
      for (const { path } of cases) {
        const answer = await hub.ask('HEAD', path, { as: bad });
        assert.deepEqual(
          [answer.status, answer.headers.get('x-error-message'), answer.headers.get('x-error-code')],
          [401, 'Invalid credentials in Authorization header', null],
          path,
        );
      }
      await hub.context.db.query("UPDATE record.repos SET disabled = true WHERE name = 'open'");
      const disabled = await hub.ask('HEAD', '/alice/open/resolve/main/a.txt', { as: alice });
      assert.deepEqual(
        [disabled.status, disabled.headers.get('x-error-message')],
        [403, 'Access to this resource is disabled.'],
      );
      assert.equal((await hub.ask('GET', '/api/models/alice/open')).status, 200);
    },
    { config: { loginFailuresPerMinute: '1000' } },
  ));

// compat: base.casing, repos.move, revisions.short
test('a repo answers reads under its own spelling, and leads there from any other and from old names', () =>
  withHub(async (hub) => {
    const { alice } = await setUp(hub);
    const { body } = await askJson(hub, 'GET', '/api/models/alice/open');
    const short = body.sha.slice(0, 7);
    const move = { fromRepo: 'alice/gated', toRepo: 'alice/fenced', type: 'model' };
    assert.equal((await askJson(hub, 'POST', '/api/repos/move', { as: alice, json: move })).status, 200);
    const leads: [from: string, to: string][] = [
      ['/Alice/OPEN/resolve/main/a.txt?download=true', '/alice/open/resolve/main/a.txt?download=true'],
      [`/alice/Open/raw/${short}/a.txt`, `/alice/open/raw/${short}/a.txt`],
      ['/api/models/ALICE/open/tree/main?recursive=true', '/api/models/alice/open/tree/main?recursive=true'],
      ['/api/models/alice/Open', '/api/models/alice/open'],
      ['/api/models/alice/Open/revision/refs%2Fpr%2F1', '/api/models/alice/open/revision/refs%2Fpr%2F1'],
      ['/alice/gated/resolve/main/a.txt', '/alice/fenced/resolve/main/a.txt'],
      ['/api/models/alice/gated/refs', '/api/models/alice/fenced/refs'],
      [
        '/alice/gated.git/info/refs?service=git-upload-pack',
        '/alice/fenced.git/info/refs?service=git-upload-pack',
      ],
    ];
    for (const [from, to] of leads) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await hub.ask(method, from, { as: alice });
        assert.deepEqual(
          [answer.status, answer.headers.get('location')],
          [307, `http://hub.test${to}`],
          from,
        );
      }
    }
    // Writes go through: a client cannot send a stream twice.
    await commitFiles(hub, alice, { repo: 'Alice/Open', files: { 'b.txt': 'two\n' } });
    // A name in a body cannot be mended by asking elsewhere.
    const gone = { as: alice, json: { name: 'gated', organization: 'alice' } };
    const old = await askJson(hub, 'DELETE', '/api/repos/delete', gone);
    assert.deepEqual([old.status, old.headers.get('location')], [404, null]);
  }));

// compat: info.downloads
test('a download is counted once an hour for each caller, and no other request is', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  await withHub(
    async (hub) => {
      const { alice, bob } = await setUp(hub);
      const headers = { 'x-hf-download-counter': '1' };
      const path = '/alice/open/resolve/main/a.txt';
      const count = async () => {
        await hub.context.downloads.flush();
        const info = (await askJson(hub, 'GET', '/api/models/alice/open')).body;
        const [row] = (await askJson(hub, 'GET', '/api/models?search=open')).body;
        assert.equal(row.downloads, info.downloads);
        return info.downloads;
      };
      await hub.ask('GET', path);
      await hub.ask('HEAD', path, { headers });
      await hub.ask('GET', '/alice/open/resolve/main/none', { headers });
      assert.equal(await count(), 0);
      for (const as of [undefined, alice, bob, bob]) await hub.ask('GET', path, { as, headers });
      assert.equal(await count(), 3);
      now += 3_600_000;
      await hub.ask('GET', '/alice/open/resolve/main/.gitattributes', { as: bob, headers });
      assert.equal(await count(), 4);
    },
    { clock: () => new Date(now) },
  );
});
