import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { storeObject } from '../lfs/objects.ts';
import { formatPointer } from '../lfs/pointer.ts';
import { createRepo } from '../repos/create-repo.ts';
import type { Repo } from '../repos/repo.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

const large = Buffer.from('large\0bytes of a model');
const largeOid = createHash('sha256').update(large).digest('hex');

interface Site {
  hub: TestHub;
  alice: TestUser;
  repo: Repo;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

const files: Record<string, string> = {
  'README.md': '# hi\n',
  'data/a b.txt': 'space',
  'data/deep/c.txt': 'c',
  'empty.txt': '',
  'page.html': '<script>alert(1)</script>',
  'w.bin': formatPointer({ oid: largeOid, size: large.length }),
};

function withFiles(work: (site: Site) => Promise<void>): Promise<void> {
  return withHub(async (hub) => {
    const alice = await hub.user('alice');
    const repo = await createRepo(hub.context, alice.actor, { type: 'dataset', name: 'd' });
    await storeObject(hub.context, repo.id, Readable.from([large]), { sha256: largeOid });
    const lines = Object.entries(files).map(([path, content]) => ({
      key: 'file',
      value: { path, content, encoding: 'utf-8' },
    }));
    const body = [{ key: 'header', value: { summary: 'files' } }, ...lines]
      .map((line) => JSON.stringify(line))
      .join('\n');
    const made = await hub.ask('POST', '/api/datasets/alice/d/commit/main', { as: alice, body });
    assert.equal(made.status, 200, await made.text());
    await hub.ask('POST', '/api/datasets/alice/d/branch/feat%2Fx', { as: alice, json: {} });
    await work({ hub, alice, repo, get: (path, headers) => hub.ask('GET', path, { headers }) });
  });
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into, not trusted
type Json = any;
const json = async (answer: Response | Promise<Response>) => (await (await answer).json()) as Json;
const pathsOf = async (answer: Promise<Response>) =>
  (await json(answer)).map(({ path }: { path: string }) => path);

// compat: tree, tree.expand, tree.missing, revisions.spellings, revisions.encoded, revisions.raw
// compat: errors.entry, errors.revision
test('trees list folders and files, recursive or not, in every spelling of revision and path', () =>
  withFiles(async ({ get }) => {
    const tree = '/api/datasets/alice/d/tree';
    const all = [
      '.gitattributes',
      'README.md',
      'data',
      'data/a b.txt',
      'data/deep',
      'data/deep/c.txt',
      'empty.txt',
      'page.html',
      'w.bin',
    ];
    assert.deepEqual(await pathsOf(get(`${tree}/main?recursive=true&expand=false`)), all);
    assert.deepEqual(
      await pathsOf(get(`${tree}/main`)),
      all.filter((path) => !path.includes('/')),
    );
    for (const rest of [
      'main/data%2Fdeep',
      'main/data/deep',
      'feat%2Fx/data/deep',
      'feat/x/data/deep',
      'HEAD/data/deep',
    ]) {
      assert.deepEqual(await pathsOf(get(`${tree}/${rest}`)), ['data/deep/c.txt'], rest);
    }
    const [file] = (await json(get(`${tree}/main`))).filter(({ path }: { path: string }) => path === 'w.bin');
    assert.deepEqual(file.lfs, { oid: largeOid, size: large.length, pointerSize: files['w.bin']!.length });
    assert.equal(file.size, large.length);
    const expanded = await json(get(`${tree}/main?expand=true`));
    assert.ok(
      expanded.every(
        ({ lastCommit }: Json) => /^[0-9a-f]{40}$/.test(lastCommit.id) && lastCommit.date.endsWith('Z'),
      ),
    );
    for (const missing of ['main/nope', 'main/README.md', 'main/data/none']) {
      const answer = await get(`${tree}/${missing}`);
      assert.equal(answer.status, 404);
      assert.equal(answer.headers.get('x-error-code'), 'EntryNotFound');
      assert.match(answer.headers.get('x-repo-commit') ?? '', /^[0-9a-f]{40}$/);
    }
    assert.equal((await get(`${tree}/nope`)).headers.get('x-error-code'), 'RevisionNotFound');
  }));

// compat: tree.pages, pages.link, pages.array
test('pages of a tree follow each other through their Link header', () =>
  withFiles(async ({ hub, get }) => {
    let next: string | undefined = '/api/datasets/alice/d/tree/main?recursive=true&limit=2';
    const paths: string[] = [];
    let pages = 0;
    while (next) {
      const answer: Response = await get(next);
      paths.push(...(await json(answer)).map(({ path }: { path: string }) => path));
      const link: string = answer.headers.get('link') ?? '';
      next = /^<http:\/\/hub\.test([^>]+)>; rel="next"$/.exec(link)?.[1];
      pages += 1;
    }
    assert.deepEqual([paths.length, new Set(paths).size, pages], [9, 9, 5]);
    assert.equal((await hub.ask('GET', '/api/datasets/alice/d/tree/main?cursor=nonsense')).status, 400);
  }));

// compat: paths-info
test('paths are looked up from a form and from JSON; unknown ones are left out', () =>
  withFiles(async ({ hub }) => {
    const url = '/api/datasets/alice/d/paths-info/main';
    const form = new URLSearchParams([
      ['paths', 'data'],
      ['paths', 'data/a b.txt'],
      ['paths', 'nope'],
      ['expand', 'false'],
    ]);
    const asForm = await json(
      hub.ask('POST', url, {
        body: form.toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    );
    assert.deepEqual(
      asForm.map(({ type, path, size }: Json) => [type, path, size]),
      [
        ['directory', 'data', 0],
        ['file', 'data/a b.txt', 5],
      ],
    );
    const asJson = await json(hub.ask('POST', url, { json: { paths: ['w.bin'], expand: true } }));
    assert.equal(asJson[0].lastCommit.title, 'files');
  }));

// compat: resolve, resolve.large, resolve.range, resolve.empty, resolve.safe, resolve.no-xet, raw
// compat: base.head
test('resolve gives bytes, names and parts; raw gives what git holds', () =>
  withFiles(async ({ get, hub }) => {
    const resolve = '/datasets/alice/d/resolve/main';
    const readme = await get(`${resolve}/README.md`);
    assert.equal(await readme.text(), '# hi\n');
    assert.match(readme.headers.get('x-repo-commit')!, /^[0-9a-f]{40}$/);
    assert.equal(
      readme.headers.get('etag'),
      `"${createHash('sha1').update('blob 5\0# hi\n').digest('hex')}"`,
    );
    assert.equal(await (await get(`${resolve}/data/a%20b.txt`)).text(), 'space');
    const file = await get(`${resolve}/w.bin`);
    assert.deepEqual(Buffer.from(await file.arrayBuffer()), large);
    assert.equal(file.headers.get('x-linked-etag'), `"${largeOid}"`);
    assert.equal(file.headers.get('x-linked-size'), String(large.length));
    const head = await hub.ask('HEAD', `${resolve}/w.bin`);
    assert.deepEqual(
      [head.status, head.headers.get('content-length'), await head.text()],
      [200, String(large.length), ''],
    );
    const part = await get(`${resolve}/w.bin`, { range: 'bytes=2-4' });
    assert.deepEqual([part.status, part.headers.get('content-range')], [206, `bytes 2-4/${large.length}`]);
    assert.equal(await part.text(), 'rge');
    assert.equal(await (await get(`${resolve}/README.md`, { range: 'bytes=-3' })).text(), 'hi\n');
    const beyond = await get(`${resolve}/README.md`, { range: 'bytes=99-' });
    assert.deepEqual([beyond.status, beyond.headers.get('content-range')], [416, 'bytes */5']);
    const empty = await get(`${resolve}/empty.txt`, { range: 'bytes=0-0' });
    assert.deepEqual([empty.status, empty.headers.get('content-range')], [200, 'bytes */0']);
    const html = await get(`${resolve}/page.html`);
    assert.match(html.headers.get('content-type')!, /^text\/plain/);
    assert.equal(html.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(await (await get('/datasets/alice/d/raw/main/w.bin')).text(), files['w.bin']);
    assert.equal((await hub.ask('HEAD', '/datasets/alice/d/raw/main/nope')).status, 404);
    assert.equal(readme.headers.get('x-xet-hash'), null);
  }));

// compat: auth.missing-repo, auth.private, auth.gated, errors.codes, errors.entry, errors.revision
test('missing things are told apart, and private ones are not told at all', () =>
  withFiles(async ({ get, hub, alice }) => {
    const bob = await hub.user('bob');
    await createRepo(hub.context, alice.actor, { type: 'model', name: 'secret', private: true });
    const cases: [string, TestUser | undefined, number, string][] = [
      ['/datasets/alice/d/resolve/main/nope', undefined, 404, 'EntryNotFound'],
      ['/datasets/alice/d/resolve/main/data', undefined, 404, 'EntryNotFound'],
      ['/datasets/alice/d/resolve/nope/README.md', undefined, 404, 'RevisionNotFound'],
      ['/datasets/alice/none/resolve/main/README.md', undefined, 401, 'RepoNotFound'],
      ['/datasets/alice/none/resolve/main/README.md', bob, 404, 'RepoNotFound'],
      ['/alice/secret/resolve/main/.gitattributes', undefined, 401, 'RepoNotFound'],
      ['/alice/secret/resolve/main/.gitattributes', bob, 404, 'RepoNotFound'],
    ];
    for (const [path, as, status, code] of cases) {
      const answer = await hub.ask('HEAD', path, { as });
      assert.deepEqual([answer.status, answer.headers.get('x-error-code')], [status, code], path);
    }
    assert.equal(
      (await hub.ask('GET', '/alice/secret/resolve/main/.gitattributes', { as: alice })).status,
      200,
    );
    await hub.context.db.query("UPDATE record.repos SET gated = 'auto' WHERE name = 'd'");
    assert.equal(
      (await get('/datasets/alice/d/resolve/main/README.md')).headers.get('x-error-code'),
      'GatedRepo',
    );
    assert.equal((await get('/api/datasets/alice/d/tree/main')).status, 200);
  }));

// compat: lfs.held
test('a pointer that reached history unseen opens nobody else’s bytes', () =>
  withFiles(async ({ hub, alice }) => {
    const thief = await hub.user('thief');
    const repo = await createRepo(hub.context, thief.actor, { type: 'model', name: 't' });
    const quarantine = await hub.context.git.quarantine(repo.id);
    const content = Buffer.from(files['w.bin']!);
    const author = { name: 't', email: 't' };
    const operations = [{ kind: 'write' as const, path: 'w.bin', content }];
    const oid = await quarantine.makeCommit({
      parent: null,
      operations,
      author,
      message: 'm',
      date: new Date(),
    });
    await quarantine.migrate();
    quarantine.discard();
    assert.equal((await hub.ask('GET', `/thief/t/resolve/${oid}/w.bin`, { as: thief })).status, 404);
    assert.equal((await hub.ask('GET', '/datasets/alice/d/resolve/main/w.bin', { as: alice })).status, 200);
  }));

// compat: refs, commits, branches, tags, super-squash, tree.missing
test('refs, commits, branches, tags and squashing', () =>
  withFiles(async ({ hub, alice, get }) => {
    const api = '/api/datasets/alice/d';
    const ask = async (method: string, path: string, body: object = {}) =>
      (await hub.ask(method, `${api}/${path}`, { as: alice, json: body })).status;
    assert.equal(await ask('POST', 'branch/feat%2Fx'), 409);
    assert.equal(await ask('POST', 'branch/empty', { emptyBranch: true }), 200);
    assert.deepEqual(await json(get(`${api}/tree/empty`)), []);
    assert.equal(await ask('POST', 'branch/old', { startingPoint: 'nope' }), 404);
    assert.equal(await ask('POST', 'branch/bad~name'), 400);
    assert.equal(await ask('POST', 'tag/main', { tag: 'v1', message: 'First' }), 200);
    assert.equal(await ask('POST', 'tag/main', { tag: 'v1' }), 409);
    assert.equal(await ask('DELETE', 'branch/main'), 403);
    assert.equal(await ask('DELETE', 'branch/nope'), 404);
    assert.equal(await ask('DELETE', 'branch/feat%2Fx'), 200);
    const refs = await json(get(`${api}/refs?include_prs=1`));
    assert.deepEqual(
      refs.branches.map(({ name }: Json) => name),
      ['empty', 'main'],
    );
    const main = refs.branches[1].targetCommit;
    assert.deepEqual(refs.tags, [{ name: 'v1', ref: 'refs/tags/v1', targetCommit: main }]);
    assert.deepEqual(refs.pullRequests, []);
    const commits = await get(`${api}/commits/main?limit=1`);
    assert.equal(commits.headers.get('x-total-count'), '2');
    assert.match(commits.headers.get('link') ?? '', /p=1>; rel="next"$/);
    assert.equal((await json(commits))[0].authors[0].user, 'alice');
    assert.equal(await ask('POST', 'super-squash/main', { message: 'One' }), 200);
    assert.equal((await json(get(`${api}/commits/main`))).length, 1);
    assert.deepEqual(
      await json(get(`${api}/tree/main?recursive=1`)),
      await json(get(`${api}/tree/v1?recursive=1`)),
    );
    assert.equal(await ask('DELETE', 'tag/v1'), 200);
  }));

// compat: preupload
test('preupload tells how to send each file', () =>
  withFiles(async ({ hub, alice }) => {
    const sample = (bytes: string | Uint8Array) => Buffer.from(bytes as string).toString('base64');
    const ask = async (asked: object[], more: object = {}, as: TestUser | undefined = alice, query = '') => {
      const answer = await hub.ask('POST', `/api/datasets/alice/d/preupload/main${query}`, {
        as,
        json: { files: asked, ...more },
      });
      return { status: answer.status, files: (await json(answer)).files };
    };
    const { files: told } = await ask(
      [
        { path: 'README.md', size: 5, sample: sample('# hi\n') },
        { path: 'w.bin', size: 9, sample: sample('x') },
        { path: 'x.parquet', size: 9, sample: sample('text') },
        { path: 'notes', size: 9, sample: sample(Buffer.from([1, 0, 2])) },
        { path: 'long.txt', size: 11 * 2 ** 20, sample: sample('a') },
        { path: 'a.log', size: 1, sample: sample('a') },
        { path: 'new.txt', size: 0, sample: '' },
      ],
      { gitIgnore: '*.log' },
    );
    const modes = told.map(
      ({ path, uploadMode, shouldIgnore }: Json) => `${path} ${uploadMode} ${shouldIgnore}`,
    );
    assert.deepEqual(modes, [
      'README.md regular false',
      'w.bin lfs false',
      'x.parquet lfs false',
      'notes lfs false',
      'long.txt lfs false',
      'a.log regular true',
      'new.txt regular false',
    ]);
    assert.equal(told[0].oid, createHash('sha1').update('blob 5\0# hi\n').digest('hex'));
    assert.equal(told[1].oid, largeOid);
    assert.equal('oid' in told[2], false);
    const bob = await hub.user('bob');
    assert.equal((await ask([{ path: 'a', size: 1 }], {}, bob)).status, 403);
    assert.equal((await ask([{ path: 'a', size: 1 }], {}, bob, '?create_pr=1')).status, 200);
    assert.equal((await ask([{ path: '../a', size: 1 }])).status, 400);
  }));

// compat: validate-yaml
test('anyone may have a README judged; the answer keeps its shape', () =>
  withFiles(async ({ hub }) => {
    const judge = async (body: string) => {
      const answer = await hub.ask('POST', '/api/validate-yaml', { body });
      return [answer.status, await json(answer)] as const;
    };
    const [good, fine] = await judge(
      JSON.stringify({ content: '---\nlicense: mit\n---\n', repoType: 'model' }),
    );
    assert.deepEqual([good, fine], [200, { errors: [], warnings: [] }]);
    const [bare, warned] = await judge(JSON.stringify({ content: '# x' }));
    assert.deepEqual([bare, warned.warnings.length], [200, 1]);
    for (const body of [
      JSON.stringify({ content: '---\na: [\n---\n' }),
      'not json',
      '[]',
      '{"content": 3}',
    ]) {
      const [bad, refused] = await judge(body);
      assert.equal(bad, 400);
      assert.ok(refused.errors.length > 0 && Array.isArray(refused.warnings));
    }
  }));
