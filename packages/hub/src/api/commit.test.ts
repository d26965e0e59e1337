import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from '../http/server.ts';
import { createRepo } from '../repos/create-repo.ts';
import type { Repo } from '../repos/repo.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

type Line = [key: string, value: object];

const base64 = (text: string | Uint8Array) => Buffer.from(text as string).toString('base64');
const put = (path: string, text: string | Uint8Array): Line => [
  'file',
  { path, content: base64(text), encoding: 'base64' },
];
const header = (more: object = {}): Line => ['header', { summary: 'A change', description: '', ...more }];
const toNdjson = (lines: Line[]) => lines.map(([key, value]) => JSON.stringify({ key, value })).join('\n');

interface Answer {
  status: number;
  json: Record<string, string> & { issues?: { file: string; line: number; code: string }[] };
}

interface Site {
  hub: TestHub;
  alice: TestUser;
  repo: Repo;
  commit(
    lines: Line[] | string | ReadableStream,
    options?: { rev?: string; as?: TestUser; query?: string },
  ): Promise<Answer>;
  head(revision?: string): Promise<string | null>;
  paths(revision?: string): Promise<string[]>;
}

function withRepo(work: (site: Site) => Promise<void>): Promise<void> {
  return withHub(async (hub) => {
    const alice = await hub.user('alice');
    const repo = await createRepo(hub.context, alice.actor, { type: 'model', name: 'm' });
    const reader = hub.context.git.reader(repo.id);
    await work({
      hub,
      alice,
      repo,
      async commit(lines, { rev = 'main', as = alice, query = '' } = {}) {
        const body = Array.isArray(lines) ? toNdjson(lines) : lines;
        const headers = { 'content-type': 'application/x-ndjson' };
        const answer = await hub.ask('POST', `/api/models/alice/m/commit/${rev}${query}`, {
          as,
          body,
          headers,
        });
        return { status: answer.status, json: (await answer.json()) as Answer['json'] };
      },
      head: (revision = 'main') => reader.resolve(revision),
      async paths(revision = 'main') {
        const paths: string[] = [];
        for await (const { path, type } of reader.entries((await reader.resolve(revision))!, '', {
          recursive: true,
        })) {
          if (type === 'file') paths.push(path);
        }
        return paths;
      },
    });
  });
}

// compat: commit, base.repo-url-shape
test('a commit applies its lines in order and answers with addresses its client can read', () =>
  withRepo(async ({ commit, head, paths, hub, repo }) => {
    const made = await commit([
      header({ description: 'More words.' }),
      put('a.txt', 'one'),
      put('d/b.txt', 'two'),
      ['deletedFile', { path: 'a.txt' }],
      put('a.txt', 'three'),
      ['file', { path: 'moved.txt', oldPath: 'd/b.txt', content: 'utf-8 é', encoding: 'utf-8' }],
    ]);
    assert.equal(made.status, 200);
    assert.equal(made.json.commitOid, await head());
    assert.equal(made.json.commitUrl, `http://hub.test/alice/m/commit/${made.json.commitOid}`);
    assert.deepEqual(await paths(), ['.gitattributes', 'a.txt', 'moved.txt']);
    const info = await hub.context.git.reader(repo.id).commit(made.json.commitOid!);
    assert.deepEqual([info.title, info.message, info.author.name], ['A change', 'More words.', 'alice']);
    const removed = await commit([
      header(),
      put('e/f/g', ''),
      ['deletedFolder', { path: 'e/' }],
      ['deletedEntry', { path: 'a.txt' }],
    ]);
    assert.equal(removed.status, 200);
    assert.deepEqual(await paths(), ['.gitattributes', 'moved.txt']);
  }));

// compat: commit.atomic, commit.conflict
test('what cannot be is refused with its kind, and nothing becomes visible', () =>
  withRepo(async ({ commit, head, hub }) => {
    const before = await head();
    const cases: [Line[] | string, number][] = [
      [[header(), ['deletedFile', { path: 'nope' }]], 404],
      [[header(), put('../x', 'x')], 400],
      [[header(), put('.git/config', 'x')], 400],
      [[header(), ['file', { path: 'x', content: '***', encoding: 'base64' }]], 400],
      [[header(), ['copyFile', { path: 'x' }]], 400],
      [[header(), ['lfsFile', { path: 'x', algo: 'sha256', oid: 'a'.repeat(64), size: 3 }]], 400],
      [[put('x', 'x')], 400],
      [[['header', {}]], 400],
      ['', 400],
      [`${toNdjson([header(), put('x', 'x')])}\n{"key":"file","val`, 400],
      [[header(), put('README.md', '---\na: [\n---\n')], 400],
      [[header({ parentCommit: '1234567' }), put('x', 'x')], 412],
    ];
    for (const [lines, status] of cases) {
      assert.equal((await commit(lines)).status, status, JSON.stringify(lines).slice(0, 120));
    }
    assert.equal((await commit([header(), put('x', 'x')], { rev: 'nope' })).status, 404);
    const bob = await hub.user('bob');
    assert.equal((await commit([header(), put('x', 'x')], { as: bob })).status, 403);
    assert.equal(await head(), before);
  }));

// compat: errors.issues, errors.body
test('a broken result file is answered with file and line', () =>
  withRepo(async ({ commit }) => {
    const refused = await commit([
      header(),
      put('.eval_results/x.yaml', '- dataset: {id: a/b, task_id: t}\n  value: many\n'),
    ]);
    assert.equal(refused.status, 400);
    assert.match(refused.json.error!, /^\.eval_results\/x\.yaml:2:\d+ error\[/);
    assert.equal(refused.json.issues?.[0]?.file, '.eval_results/x.yaml');
  }));

// compat: commit.atomic
test('a body that breaks off in the middle leaves nothing', () =>
  withRepo(async ({ commit, head }) => {
    const before = await head();
    const whole = toNdjson([header(), put('a', 'a'), put('b', 'b')]);
    const broken = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from(whole.slice(0, whole.length / 2)));
        controller.close();
      },
    });
    assert.equal((await commit(broken)).status, 400);
    assert.equal(await head(), before);
  }));

// compat: commit.atomic
test('a connection that is cut in the middle leaves nothing, not even in the scratch folder', () =>
  withRepo(async ({ hub, alice, head, commit }) => {
    const server = await listen(hub, { port: 0, host: '127.0.0.1' });
    const before = await head();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const body = toNdjson([header(), put('a', 'a'.repeat(100_000)), put('b', 'b')]);
    const lines = [
      'POST /api/models/alice/m/commit/main HTTP/1.1',
      'host: hub.test',
      `authorization: Bearer ${alice.token}`,
      `content-length: ${body.length}`,
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body.slice(0, -40)}`);
    const scratch = async () =>
      (await readdir(hub.context.paths.tmp)).filter((name) => name.startsWith('quarantine'));
    while ((await scratch()).length === 0) await delay(10);
    socket.destroy();
    while ((await scratch()).length > 0) await delay(10);
    assert.equal(await head(), before);
    assert.equal((await commit([header(), put('c', 'c')])).status, 200);
    await server.close();
  }));

// compat: commit
test('forty megabytes of lines pass without being held, a file over the limit does not', () =>
  withRepo(async ({ commit, paths }) => {
    const text = 'x'.repeat(8 * 2 ** 20);
    const big = await commit([header(), ...Array.from({ length: 4 }, (_, n) => put(`${n}.txt`, text + n))]);
    assert.equal(big.status, 200);
    assert.equal((await paths()).length, 5);
    assert.equal((await commit([header(), put('huge.txt', 'y'.repeat(12 * 2 ** 20))])).status, 413);
  }));

// compat: commit.conflict
test('a parent that is still the head is accepted in short; twenty commits at once all arrive', () =>
  withRepo(async ({ commit, head, paths }) => {
    const parent = (await head())!.slice(0, 8);
    assert.equal((await commit([header({ parentCommit: parent }), put('p', 'p')])).status, 200);
    const names = Array.from({ length: 20 }, (_, n) => `f${String(n).padStart(2, '0')}`);
    const answers = await Promise.all(names.map((name) => commit([header(), put(name, name)])));
    assert.deepEqual(
      answers.map(({ status }) => status),
      names.map(() => 200),
    );
    assert.deepEqual(await paths(), ['.gitattributes', ...names, 'p']);
    const pinned = (await head())!;
    const race = await Promise.all(
      ['x', 'y', 'z'].map((name) => commit([header({ parentCommit: pinned }), put(name, name)])),
    );
    assert.deepEqual(race.map(({ status }) => status).sort(), [200, 412, 412]);
  }));

// compat: commit.pull-request, commit.to-pull-request
test('a reader of a repo proposes a commit, adds to it, and writes nowhere else', () =>
  withRepo(async ({ commit, head, hub, repo }) => {
    const [bob, carol] = [await hub.user('bob'), await hub.user('carol')];
    const before = await head();
    const opened = await commit(
      [header(), put('.eval_results/r.yaml', '- dataset: {id: a/b, task_id: t}\n  value: 1\n')],
      {
        as: bob,
        query: '?create_pr=1',
      },
    );
    assert.equal(opened.status, 200);
    assert.equal(opened.json.pullRequestUrl, 'http://hub.test/alice/m/discussions/1');
    assert.equal(await head('refs/pr/1'), opened.json.commitOid);
    assert.equal(await head(), before);
    const rows = await hub.context.db.query('SELECT scope FROM derived.results WHERE repo_id = $1', [
      repo.id,
    ]);
    assert.deepEqual(rows, [{ scope: 1 }]);
    for (const rev of ['refs%2Fpr%2F1', 'refs/pr/1']) {
      assert.equal((await commit([header(), put(`more-${rev.length}`, 'x')], { as: bob, rev })).status, 200);
    }
    assert.equal((await commit([header(), put('no', 'x')], { as: carol, rev: 'refs%2Fpr%2F1' })).status, 403);
    assert.equal((await commit([header(), put('yes', 'x')], { rev: 'refs%2Fpr%2F1' })).status, 200);
    assert.equal((await commit([header(), put('x', 'x')], { as: bob, rev: 'refs%2Fpr%2F9' })).status, 404);
    const events = await hub.context.db.query<{ type: string }>(
      'SELECT type FROM record.discussion_events ORDER BY seq',
    );
    assert.deepEqual(
      events.map(({ type }) => type),
      ['comment', 'commit', 'commit', 'commit', 'commit'],
    );
    await hub.context.db.query("UPDATE record.discussions SET status = 'closed'");
    assert.equal((await commit([header(), put('x', 'x')], { as: bob, rev: 'refs%2Fpr%2F1' })).status, 409);
  }));

// compat: lfs.batch, lfs.upload, lfs.verify, lfs.download, lfs.held, git.login
test('large files are announced, sent to a signed address, checked, and named in a commit', () =>
  withRepo(async ({ commit, hub, alice, repo }) => {
    const bytes = Buffer.from('not really a model\0');
    const oid = createHash('sha256').update(bytes).digest('hex');
    const batch = async (operation: string, as: TestUser | undefined = alice) => {
      const json = {
        operation,
        transfers: ['basic'],
        objects: [{ oid, size: bytes.length }],
        hash_algo: 'sha_256',
      };
      const answer = await hub.ask('POST', '/alice/m.git/info/lfs/objects/batch', { as, json });
      return {
        status: answer.status,
        body: (await answer.json()) as { objects: { actions?: Record<string, { href: string }> }[] },
      };
    };
    const upload = (await batch('upload')).body.objects[0]!.actions!;
    const path = upload.upload!.href.replace('http://hub.test', '');
    assert.equal((await hub.ask('PUT', path, { body: 'other bytes, no hash' })).status, 400);
    assert.equal((await hub.ask('PUT', path.replace(/size=\d+/, 'size=1'), { body: bytes })).status, 403);
    assert.equal(
      (await hub.ask('POST', upload.verify!.href.replace('http://hub.test', ''), { body: '{}' })).status,
      404,
    );
    assert.equal((await hub.ask('PUT', path, { body: bytes })).status, 200);
    const verify = upload.verify!.href.replace('http://hub.test', '');
    assert.equal((await hub.ask('POST', verify, { json: { oid, size: bytes.length } })).status, 200);
    assert.equal((await batch('upload')).body.objects[0]!.actions, undefined);
    assert.equal((await commit([header(), ['lfsFile', { path: 'w.bin', algo: 'sha256', oid }]])).status, 200);
    const entry = await hub.context.git.reader(repo.id).entry('main', 'w.bin');
    assert.equal((await hub.context.git.reader(repo.id).sized([entry!]))[0]!.lfs?.size, bytes.length);
    const down = (await batch('download')).body.objects[0]!.actions!.download!.href.replace(
      'http://hub.test',
      '',
    );
    assert.deepEqual(Buffer.from(await (await hub.ask('GET', down)).arrayBuffer()), bytes);
    // Another repo, even of the same owner, does not hold what it was never sent.
    await createRepo(hub.context, alice.actor, { type: 'model', name: 'other' });
    const lines = toNdjson([header(), ['lfsFile', { path: 'w.bin', algo: 'sha256', oid }]]);
    assert.equal(
      (await hub.ask('POST', '/api/models/alice/other/commit/main', { as: alice, body: lines })).status,
      400,
    );
    const stranger = await hub.ask('POST', '/alice/m.git/info/lfs/objects/batch', {
      json: { operation: 'upload', objects: [] },
    });
    assert.equal(stranger.status, 401);
    assert.match(stranger.headers.get('www-authenticate') ?? '', /^Basic /);
  }));
