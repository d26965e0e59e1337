import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are judged member by member
type Json = Record<string, any>;

async function setUp(hub: TestHub) {
  const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
  const made = await hub.ask('POST', '/api/repos/create', { as: alice, json: { name: 'm' } });
  assert.equal(made.status, 200);
  return { alice, bob };
}

async function commit(
  hub: TestHub,
  as: TestUser,
  where: string,
  files: Record<string, string>,
): Promise<Json> {
  const lines = [
    { key: 'header', value: { summary: 'Add files', description: '' } },
    ...Object.entries(files).map(([path, text]) => ({
      key: 'file',
      value: { path, content: Buffer.from(text).toString('base64'), encoding: 'base64' },
    })),
  ];
  const body = lines.map((line) => JSON.stringify(line)).join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  const answer = await hub.ask('POST', `/api/models/alice/m/commit/${where}`, { as, body, headers });
  const json = (await answer.json()) as Json;
  assert.equal(answer.status, 200, JSON.stringify(json));
  return json;
}

const discussions = '/api/models/alice/m/discussions';

async function ask(hub: TestHub, method: string, path: string, as?: TestUser, json?: unknown) {
  const answer = await hub.ask(method, discussions + path, { as, json });
  return { status: answer.status, body: (await answer.json()) as Json };
}

// compat: discussions.details, discussions.comment, discussions.title, discussions.merge
test('a pull request is opened by a reader, commented, renamed, merged by a writer', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    const { pullRequestUrl } = await commit(hub, bob, 'main?create_pr=1', { 'a.txt': 'one\n' });
    assert.match(pullRequestUrl, /\/alice\/m\/discussions\/1$/);
    const open = await ask(hub, 'GET', '/1?diff=1');
    assert.equal(open.body.status, 'open');
    assert.equal(open.body.author.name, 'bob');
    assert.deepEqual(open.body.filesWithConflicts, []);
    assert.equal(open.body.changes.base, 'refs/heads/main');
    assert.match(open.body.diff, /^diff --git a\/a.txt b\/a.txt/);
    assert.deepEqual(
      open.body.events.map((event: Json) => event.type),
      ['comment', 'commit'],
    );
    const said = await ask(hub, 'POST', '/1/comment', bob, { comment: 'please <script>' });
    assert.equal(said.status, 201);
    assert.equal(said.body.newMessage.data.latest.html, '<p>please &lt;script&gt;</p>');
    const renamed = await ask(hub, 'POST', '/1/title', bob, { title: 'Add  a text' });
    assert.deepEqual(renamed.body.newTitle.data, { from: 'Add files', to: 'Add a text' });
    assert.equal((await ask(hub, 'POST', '/1/merge', bob)).status, 403);
    assert.equal((await ask(hub, 'POST', '/1/merge', alice)).status, 200);
    const merged = await ask(hub, 'GET', '/1?diff=1');
    assert.equal(merged.body.status, 'merged');
    assert.match(merged.body.changes.mergeCommitId, /^[0-9a-f]{40}$/);
    assert.match(merged.body.diff, /a\.txt/);
    const raw = await hub.ask('GET', '/alice/m/raw/main/a.txt');
    assert.equal(await raw.text(), 'one\n');
    assert.equal((await ask(hub, 'POST', '/1/status', alice, { status: 'closed' })).status, 409);
  }));

// compat: discussions.create, discussions.draft
test('a draft is opened by its first commit', () =>
  withHub(async (hub) => {
    const { bob } = await setUp(hub);
    const made = await ask(hub, 'POST', '', bob, {
      title: 'Add eval dir',
      description: 'x',
      pullRequest: true,
    });
    assert.equal(made.body.num, 1);
    assert.equal(made.body.url, 'http://hub.test/alice/m/discussions/1');
    assert.equal((await ask(hub, 'GET', '/1?diff=1')).body.status, 'draft');
    await commit(hub, bob, 'refs%2Fpr%2F1', { 'b.txt': 'two\n' });
    const open = await ask(hub, 'GET', '/1');
    assert.equal(open.body.status, 'open');
    assert.deepEqual(
      open.body.events.map((event: Json) => event.type),
      ['comment', 'commit', 'status-change'],
    );
  }));

// compat: discussions.details, discussions.merge
test('conflicting files are named, and the merge refused', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    await commit(hub, bob, 'main?create_pr=1', { 'a.txt': 'his\n' });
    await commit(hub, alice, 'main', { 'a.txt': 'hers\n' });
    assert.deepEqual((await ask(hub, 'GET', '/1')).body.filesWithConflicts, ['a.txt']);
    const refused = await ask(hub, 'POST', '/1/merge', alice);
    assert.equal(refused.status, 409);
    assert.equal(refused.body.code, 'conflict');
    assert.equal((await ask(hub, 'GET', '/1')).body.status, 'open');
  }));

// compat: discussions.status, discussions.merge
test('status can be changed by author and writer, and by nobody else', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    const carol = await hub.user('carol');
    await commit(hub, bob, 'main?create_pr=1', { 'a.txt': 'one\n' });
    assert.equal((await ask(hub, 'POST', '/1/status', carol, { status: 'closed' })).status, 403);
    const closed = await ask(hub, 'POST', '/1/status', bob, { status: 'closed', comment: 'bye' });
    assert.deepEqual(closed.body.newStatus.data, { status: 'closed', reason: 'bye', closing: 'unstated' });
    assert.equal((await ask(hub, 'POST', '/1/merge', alice)).status, 409);
    assert.equal((await ask(hub, 'POST', '/1/status', alice, { status: 'open' })).status, 200);
  }));

// compat: discussions.comment, discussions.create, discussions.pin
test('comments are edited by their author, hidden by writers too', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    const made = await ask(hub, 'POST', '', bob, { title: 'A question', description: 'first' });
    assert.equal(made.body.pullRequest, false);
    const { newMessage } = (await ask(hub, 'POST', '/1/comment', bob, { comment: 'second' })).body;
    const path = `/1/comment/${newMessage.id}`;
    assert.equal((await ask(hub, 'POST', `${path}/edit`, alice, { content: 'x' })).status, 403);
    const edited = await ask(hub, 'POST', `${path}/edit`, bob, { content: 'third' });
    assert.equal(edited.body.updatedComment.data.latest.raw, 'third');
    assert.equal(edited.body.updatedComment.data.history[0].raw, 'second');
    const hidden = await ask(hub, 'POST', `${path}/hide`, alice);
    assert.equal(hidden.body.updatedComment.data.hidden, true);
    assert.equal(JSON.stringify((await ask(hub, 'GET', '/1')).body).includes('third'), false);
    assert.equal((await ask(hub, 'POST', '/1/pin', alice, { pinned: true })).status, 200);
  }));

// compat: discussions.list
test('lists count what the filters leave', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    for (const title of ['One thing', 'Two things', 'Three things']) {
      await ask(hub, 'POST', '', alice, { title, description: '' });
    }
    await commit(hub, bob, 'main?create_pr=1', { 'a.txt': 'one\n' });
    await ask(hub, 'POST', '/2/status', alice, { status: 'closed' });
    const page = (await ask(hub, 'GET', '?type=discussion&status=open&p=1&limit=1')).body;
    assert.equal(page.count, 2);
    assert.equal(page.start, 1);
    assert.deepEqual(
      page.discussions.map((row: Json) => row.num),
      [1],
    );
    assert.equal(page.numClosedDiscussions, 1);
    const his = (await ask(hub, 'GET', '?author=bob')).body;
    assert.deepEqual(
      his.discussions.map((row: Json) => [row.num, row.isPullRequest]),
      [[4, true]],
    );
    assert.equal((await ask(hub, 'GET', '?status=odd')).status, 400);
  }));

test('of twelve who propose at the same time none takes another’s number, or tries twice', () =>
  withHub(async (hub) => {
    const { bob } = await setUp(hub);
    // Each try announces itself under a number of its own; what failed takes its row back, but not the number.
    const announced = async () => {
      const sql = 'SELECT coalesce(max(id), 0)::int AS last FROM record.pushes';
      return (await hub.context.db.one<{ last: number }>(sql)).last;
    };
    const before = await announced();
    await Promise.all(
      Array.from({ length: 12 }, (_, i) => commit(hub, bob, 'main?create_pr=1', { [`f${i}.txt`]: `${i}\n` })),
    );
    assert.equal((await announced()) - before, 12);
  }));

test('eight merges among twenty-four commits of the same branch are all made, and nothing is lost', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    for (let at = 1; at <= 8; at++) await commit(hub, bob, 'main?create_pr=1', { [`pr-${at}.txt`]: 'one\n' });
    const merges = Array.from({ length: 8 }, (_none, at) => ask(hub, 'POST', `/${at + 1}/merge`, alice, {}));
    const commits = Array.from({ length: 24 }, (_none, at) =>
      commit(hub, alice, 'main', { [`commit-${at}.txt`]: 'two\n' }),
    );
    const answers = await Promise.all(merges);
    assert.deepEqual(
      answers.map(({ status }) => status),
      Array(8).fill(200),
    );
    await Promise.all(commits);
    const tree = (await (await hub.ask('GET', '/api/models/alice/m/tree/main')).json()) as Json[];
    assert.equal(tree.filter(({ path }) => /^(pr|commit)-/.test(path)).length, 32);
  }));

test('numbers have no gaps, whoever asks at the same time', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    await Promise.all(
      Array.from({ length: 12 }, async (_, i) =>
        i % 2 === 0
          ? commit(hub, bob, 'main?create_pr=1', { [`f${i}.txt`]: `${i}\n` })
          : ask(hub, 'POST', '', alice, { title: `Question ${i}`, description: '' }),
      ),
    );
    const { discussions: rows } = (await ask(hub, 'GET', '?limit=100')).body;
    const numbers = rows.map((row: Json) => row.num).sort((a: number, b: number) => a - b);
    assert.deepEqual(
      numbers,
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
  }));
