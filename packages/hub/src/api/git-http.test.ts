import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { openPullRequest } from '../discussions/open.ts';
import { flushPacket, toPacket } from '../git/pkt-line.ts';
import { listen } from '../http/server.ts';
import { createRepo } from '../repos/create-repo.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

const run = promisify(execFile);

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A hub on a port of its own, and a git that knows no configuration but the test's. */
interface Site {
  hub: TestHub;
  url: string;
  folder: string;
  git(cwd: string, ...args: string[]): Promise<Outcome>;
  write(clone: string, files: Record<string, string>): Promise<void>;
  remote(user: TestUser, path: string): string;
}

function withSite(work: (site: Site) => Promise<void>): Promise<void> {
  return withHub(async (hub) => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-clones-'));
    const server = await listen(hub, { port: 0, host: '127.0.0.1' });
    const { url } = server;
    const identity = {
      GIT_AUTHOR_NAME: 'T',
      GIT_AUTHOR_EMAIL: 't@e.org',
      GIT_COMMITTER_NAME: 'T',
      GIT_COMMITTER_EMAIL: 't@e.org',
    };
    const env = {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      ...identity,
    };
    const site: Site = {
      hub,
      url,
      folder,
      git: (cwd, ...args) =>
        run('git', args, { cwd, env, maxBuffer: 2 ** 26 }).then(
          ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
          (error: Outcome) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
        ),
      async write(clone, files) {
        for (const [path, text] of Object.entries(files)) {
          await mkdir(dirname(join(clone, path)), { recursive: true });
          await writeFile(join(clone, path), text);
        }
        await site.git(clone, 'add', '-A');
        await site.git(clone, 'commit', '-qm', `write ${Object.keys(files)[0]}`);
      },
      remote: (user, path) => url.replace('://', `://u:${user.token}@`) + path,
    };
    try {
      await work(site);
    } finally {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function cloned(site: Site, user: TestUser, path: string, name = 'clone'): Promise<string> {
  const outcome = await site.git(site.folder, 'clone', '-q', site.remote(user, path), name);
  assert.equal(outcome.code, 0, outcome.stderr);
  return join(site.folder, name);
}

const goodEval = `name: B
description: What it asks.
evaluation_framework: inspect-ai
tasks:
  - id: t
    config: default
    split: test
    field_spec: { input: question, target: answer }
    solvers:
      - name: generate
    scorers:
      - name: match
`;

// compat: git.addresses, git.large-push, base.chunked
test('clone, push and fetch work at every form of the address, with large packs and with protocols 0 to 2', () =>
  withSite(async (site) => {
    const alice = await site.hub.user('alice');
    await createRepo(site.hub.context, alice.actor, { type: 'dataset', name: 'd' });
    const clone = await cloned(site, alice, '/datasets/alice/d');
    await site.write(clone, {
      'a.txt': 'a',
      'noise.txt': Array.from({ length: 3e5 }, () => Math.random()).join('\n'),
    });
    for (let n = 0; n < 120; n++) await site.write(clone, { [`f/${n}`]: String(n) });
    const pushed = await site.git(clone, 'push', 'origin', 'HEAD:main');
    assert.equal(pushed.code, 0, pushed.stderr);
    const head = (await site.git(clone, 'rev-parse', 'HEAD')).stdout.trim();
    for (const [n, form] of ['/datasets/alice/d', '/datasets/alice/d.git', '/datasets/alice/d/'].entries()) {
      const again = await cloned(site, alice, form, `again${n}`);
      assert.equal((await site.git(again, 'rev-parse', 'HEAD')).stdout.trim(), head);
      const fetched = await site.git(again, '-c', `protocol.version=${n}`, 'fetch', '--all');
      assert.equal(fetched.code, 0, fetched.stderr);
    }
    const anonymous = await site.git(site.folder, 'clone', '-q', `${site.url}/datasets/alice/d`, 'anonymous');
    assert.equal(anonymous.code, 0, anonymous.stderr);
    const refused = await site.git(join(site.folder, 'anonymous'), 'push', 'origin', 'HEAD:refs/heads/x');
    assert.match(refused.stderr, /could not read Username/);
    const deleted = await site.git(clone, 'push', 'origin', ':main');
    assert.match(deleted.stderr, /default branch cannot be deleted/);
  }));

// compat: git.checks, errors.issues
test('a broken eval.yaml stops the whole push, with file, line, column and hint, and no ref moves', () =>
  withSite(async (site) => {
    const alice = await site.hub.user('alice');
    const repo = await createRepo(site.hub.context, alice.actor, { type: 'dataset', name: 'd' });
    const clone = await cloned(site, alice, '/datasets/alice/d');
    await site.git(clone, 'branch', 'other');
    await site.write(clone, { 'eval.yaml': goodEval.replace('config:', 'confg:') });
    const before = await site.hub.context.git.reader(repo.id).refs();
    const refused = await site.git(clone, 'push', 'origin', 'main', 'other');
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /remote: eval\.yaml:6:5 error\[[a-z-]+\] /);
    assert.match(refused.stderr, /remote: +hint: /);
    assert.equal((refused.stderr.match(/\[remote rejected\]/g) ?? []).length, 2);
    assert.deepEqual(await site.hub.context.git.reader(repo.id).refs(), before);
    await site.write(clone, { 'eval.yaml': goodEval });
    const accepted = await site.git(clone, 'push', 'origin', 'main', 'other');
    assert.equal(accepted.code, 0, accepted.stderr);
    const rows = await site.hub.context.db.query('SELECT 1 FROM derived.benchmarks WHERE repo_id = $1', [
      repo.id,
    ]);
    assert.equal(rows.length, 1);
    const pending = await site.hub.context.db.query('SELECT 1 FROM record.pushes WHERE applied_at IS NULL');
    assert.equal(pending.length, 0);
  }));

// compat: git.checks, git.lfs
test('broken results and front matter, big blobs, pointers to nothing, links and foreign refs are refused', () =>
  withSite(async (site) => {
    const alice = await site.hub.user('alice');
    await createRepo(site.hub.context, alice.actor, { type: 'model', name: 'm' });
    const clone = await cloned(site, alice, '/alice/m');
    const pushAfter = async (files: Record<string, string>, target = 'main') => {
      await site.git(clone, 'reset', '-q', '--hard', 'origin/main');
      await site.write(clone, files);
      return (await site.git(clone, 'push', 'origin', `HEAD:${target}`)).stderr;
    };
    assert.match(
      await pushAfter({ '.eval_results/x.yaml': '- value: 1\n' }),
      /remote: \.eval_results\/x\.yaml:1:\d+ error\[/,
    );
    assert.match(
      await pushAfter({ 'README.md': '---\na: [1\n---\n' }),
      /remote: README\.md:\d+:\d+ error\[yaml-syntax\]/,
    );
    assert.match(await pushAfter({ 'big.txt': 'x'.repeat(11 * 2 ** 20) }), /big\.txt: .*too many for git/);
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'b'.repeat(64)}\nsize 5\n`;
    assert.match(await pushAfter({ 'w.txt': pointer }), /w\.txt: .*never uploaded/);
    assert.match(await pushAfter({ a: 'a' }, 'refs/pr/7'), /there is no pull request 7/);
    assert.match(await pushAfter({ a: 'a' }, 'refs/notes/x'), /only branches/);
    await site.git(clone, 'reset', '-q', '--hard', 'origin/main');
    await site.write(clone, { real: '---\n' });
    await run('ln', ['-s', 'real', join(clone, 'README.md')]);
    await site.write(clone, { more: 'x' });
    assert.match(
      (await site.git(clone, 'push', 'origin', 'HEAD:main')).stderr,
      /README\.md: must be a file of its own/,
    );
    // A large blob in an older commit, gone at the tip.
    await site.git(clone, 'reset', '-q', '--hard', 'origin/main');
    await site.write(clone, { huge: 'y'.repeat(11 * 2 ** 20) });
    await run('rm', [join(clone, 'huge')]);
    await site.write(clone, { small: 's' });
    assert.match(
      (await site.git(clone, 'push', 'origin', 'HEAD:main')).stderr,
      /the history holds 1 files over/,
    );
    const tags = await site.git(
      clone,
      'push',
      'origin',
      'origin/main:refs/tags/v1',
      'origin/main:refs/heads/a/b',
    );
    assert.equal(tags.code, 0, tags.stderr);
  }));

// compat: git.login, auth.private
test('private repos exist for their owners only, and strangers push nowhere', () =>
  withSite(async (site) => {
    const [alice, bob] = [await site.hub.user('alice'), await site.hub.user('bob')];
    await createRepo(site.hub.context, alice.actor, { type: 'model', name: 'secret', private: true });
    await createRepo(site.hub.context, alice.actor, { type: 'model', name: 'open' });
    await cloned(site, alice, '/alice/secret');
    assert.match(
      (await site.git(site.folder, 'ls-remote', `${site.url}/alice/secret`)).stderr,
      /could not read Username/,
    );
    assert.match(
      (await site.git(site.folder, 'ls-remote', site.remote(bob, '/alice/secret'))).stderr,
      /not found/,
    );
    const clone = await cloned(site, bob, '/alice/open', 'bobs');
    await site.write(clone, { x: 'x' });
    const refused = await site.git(clone, 'push', 'origin', 'HEAD:main');
    assert.match(refused.stderr, /remote rejected.*you may not write to alice\/open/);
  }));

// compat: git.pull-requests, discussions.draft
test('the ref of a pull request is fetched and pushed by its author, and opens a draft', () =>
  withSite(async (site) => {
    const { context: ctx } = site.hub;
    const [alice, bob, carol] = [
      await site.hub.user('alice'),
      await site.hub.user('bob'),
      await site.hub.user('carol'),
    ];
    const repo = await createRepo(ctx, alice.actor, { type: 'model', name: 'm' });
    const quarantine = await ctx.git.quarantine(repo.id);
    const head = (await ctx.git.reader(repo.id).resolve('main'))!;
    const draft = {
      title: 'Scores',
      description: '',
      baseRef: 'refs/heads/main',
      head,
      status: 'draft' as const,
    };
    await openPullRequest(ctx, { repo, actor: bob.actor, quarantine, ...draft });
    quarantine.discard();
    const clone = await cloned(site, bob, '/alice/m', 'bobs');
    assert.equal((await site.git(clone, 'fetch', 'origin', 'refs/pr/1:pr1')).code, 0);
    await site.git(clone, 'checkout', '-q', 'pr1');
    await site.write(clone, { '.eval_results/r.yaml': '- dataset: {id: a/b, task_id: t}\n  value: 0.5\n' });
    const pushed = await site.git(clone, 'push', 'origin', 'HEAD:refs/pr/1');
    assert.equal(pushed.code, 0, pushed.stderr);
    const [pull] = await ctx.db.query<{ status: string }>(
      'SELECT status FROM record.discussions WHERE repo_id = $1',
      [repo.id],
    );
    assert.equal(pull?.status, 'open');
    const rows = await ctx.db.query('SELECT standing, value_text FROM derived.results WHERE repo_id = $1', [
      repo.id,
    ]);
    assert.deepEqual(rows, [{ standing: 'community', value_text: '0.5' }]);
    const carols = await cloned(site, carol, '/alice/m', 'carols');
    await site.write(carols, { x: 'x' });
    const refused = await site.git(carols, 'push', '-f', 'origin', 'HEAD:refs/pr/1');
    assert.match(refused.stderr, /only its author and writers/);
    const gone = await site.git(clone, 'push', 'origin', ':refs/pr/1');
    assert.match(gone.stderr, /removed through the API only/);
  }));

test('twenty pushes at once to one repo neither lose nor tangle', () =>
  withSite(async (site) => {
    const alice = await site.hub.user('alice');
    const repo = await createRepo(site.hub.context, alice.actor, { type: 'model', name: 'm' });
    const names = Array.from({ length: 20 }, (_, n) => `w${n}`);
    const heads = await Promise.all(
      names.map(async (name) => {
        const clone = await cloned(site, alice, '/alice/m', name);
        await site.write(clone, { [`${name}.txt`]: name });
        return (await site.git(clone, 'rev-parse', 'HEAD')).stdout.trim();
      }),
    );
    const toBranches = await Promise.all(
      names.map((name) => site.git(join(site.folder, name), 'push', 'origin', `HEAD:${name}`)),
    );
    assert.deepEqual(
      toBranches.map(({ code }) => code),
      names.map(() => 0),
      toBranches.map(({ stderr }) => stderr).join(''),
    );
    const refs = await site.hub.context.git.reader(repo.id).refs();
    assert.deepEqual(
      names.map((name) => refs.get(`refs/heads/${name}`)),
      heads,
    );
    const toMain = await Promise.all(
      names.map((name) => site.git(join(site.folder, name), 'push', 'origin', 'HEAD:main')),
    );
    assert.equal(toMain.filter(({ code }) => code === 0).length, 1);
    const winner = toMain.findIndex(({ code }) => code === 0);
    assert.equal(await site.hub.context.git.reader(repo.id).resolve('main'), heads[winner]);
    const indexed = await site.hub.context.db.query<{ ref: string; commit_oid: string }>(
      'SELECT ref, commit_oid FROM derived.refs WHERE repo_id = $1 ORDER BY ref',
      [repo.id],
    );
    const now = await site.hub.context.git.reader(repo.id).refs();
    assert.deepEqual(new Map(indexed.map(({ ref, commit_oid }) => [ref, commit_oid])), now);
  }));

test("a fetch that cannot be read, or says too much, is told why in git's own words", () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await createRepo(hub.context, alice.actor, { type: 'model', name: 'm' });
    const fetchWith = async (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
      const answer = await hub.ask('POST', '/alice/m.git/git-upload-pack', { body, headers });
      return answer.text();
    };
    const gzip = { 'content-encoding': 'gzip' };
    assert.match(await fetchWith(Buffer.from('zzzz')), /^[0-9a-f]{4}ERR /);
    assert.match(await fetchWith(Buffer.from('no gzip'), gzip), /^[0-9a-f]{4}ERR /);
    const have = toPacket(`have ${'1'.repeat(40)}\n`);
    const haves = Buffer.alloc(have.length * 1_000_000, have);
    const fetchCommand = [toPacket('command=fetch'), Buffer.from('0001'), haves, flushPacket];
    const bomb = new Uint8Array(gzipSync(Buffer.concat(fetchCommand)));
    assert.match(await fetchWith(bomb, { ...gzip, 'git-protocol': 'version=2' }), /ERR .*larger/);
    const push = await hub.ask('POST', '/alice/m.git/git-receive-pack', {
      as: alice,
      body: Buffer.from('no gzip'),
      headers: gzip,
    });
    assert.equal(push.status, 400);
  }));

test('a ref whose name is no UTF-8 is refused', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const repo = await createRepo(hub.context, alice.actor, { type: 'model', name: 'm' });
    const head = await hub.context.git.reader(repo.id).resolve('main');
    const line = Buffer.from(`${'0'.repeat(40)} ${head} refs/heads/XY\0report-status\n`);
    line.set([0xff, 0xfe], line.indexOf('XY'));
    const pack = Buffer.from('5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e', 'hex');
    const body = Buffer.concat([toPacket(line), flushPacket, pack]);
    const report = await (await hub.ask('POST', '/alice/m.git/git-receive-pack', { as: alice, body })).text();
    assert.match(report, /ng .* is not a valid name/);
  }));
