import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { listen } from '../http/server.ts';
import { reindex } from '../index/reindex.ts';
import { isOvertaken, receive } from '../receive/receive.ts';
import { maintainRepo } from '../repos/maintain-repo.ts';
import { findRepo } from '../repos/require-repo.ts';
import { makeAttestableLog } from '../testing/attested-result.ts';
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

const run = promisify(execFile);
const [dataset, model] = ['alice/sums', 'owner/m'];
const words = 'buy my pills';
const spam = (value: number, url?: string) =>
  `${entryText({ dataset, value, notes: words })}${url ? `  source: {url: "${url}"}\n` : ''}`;

interface Site {
  hub: TestHub;
  url: string;
  folder: string;
  repoId: string;
  owner: TestUser;
  bob: TestUser;
  root: TestUser;
  /** A git of no configuration; answers what it printed, throws when it fails. */
  git(cwd: string, ...args: string[]): Promise<string>;
}

function withSite(work: (site: Site) => Promise<void>): Promise<void> {
  return withHub(async (hub) => {
    const [alice, owner, bob] = [await hub.user('alice'), await hub.user('owner'), await hub.user('bob')];
    const root = await hub.user('root', { isAdmin: true });
    await makeRepo(hub, alice, { type: 'dataset', name: 'sums' });
    await commitFiles(hub, alice, { type: 'dataset', repo: dataset, files: { 'eval.yaml': evalYamlText } });
    await makeRepo(hub, owner, { name: 'm' });
    const { id } = await hub.context.db.one<{ id: string }>(
      "SELECT id FROM record.repos WHERE type = 'model'",
    );
    const folder = await mkdtemp(join(tmpdir(), 'assay-redact-'));
    const server = await listen(hub, { port: 0, host: '127.0.0.1' });
    const who = {
      AUTHOR_NAME: 'T',
      AUTHOR_EMAIL: 't@e.org',
      COMMITTER_NAME: 'T',
      COMMITTER_EMAIL: 't@e.org',
    };
    const env = {
      ...Object.fromEntries(Object.entries(who).map(([key, value]) => [`GIT_${key}`, value])),
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
    };
    const git = async (cwd: string, ...args: string[]) =>
      (await run('git', args, { cwd, env, maxBuffer: 2 ** 26 })).stdout;
    try {
      await work({ hub, url: server.url, folder, repoId: id, owner, bob, root, git });
    } finally {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
}

const redact = (site: Site, id: string) =>
  askJson(site.hub, 'POST', `/api/assay/results/${id}/redact`, { as: site.root, json: { reason: 'spam' } });

async function idOf(site: Site, value: number): Promise<string> {
  const { results } = (await askJson(site.hub, 'GET', `/api/assay/models/${model}/results`)).body;
  return results.find((row: Json) => row.value === value).id;
}

/** All bytes of all objects of the model's repo. */
async function everyObject({ hub, repoId, git }: Site): Promise<string> {
  const dir = hub.context.git.dir(repoId);
  return git(dir, '--git-dir=.', 'cat-file', '--batch-all-objects', '--batch', '--buffer');
}

/** Clones with every ref there is, over both protocols; what came is complete. */
async function cloneAll({ url, folder, git }: Site): Promise<string> {
  let all = '';
  for (const version of [0, 2]) {
    const to = await mkdtemp(join(folder, 'clone-'));
    await git(to, '-c', `protocol.version=${version}`, 'clone', '-q', '--mirror', `${url}/${model}`, '.');
    await git(to, 'fsck', '--strict');
    all += await git(to, 'cat-file', '--batch-all-objects', '--batch', '--buffer');
  }
  return all;
}

test('a redacted pull request is gone from the object store, clones of both protocols, pages and evidence', () =>
  withSite(async (site) => {
    const { hub, owner, bob, git, repoId, url, folder } = site;
    const { db, git: store, blobs } = hub.context;
    await commitFiles(hub, owner, { repo: model, files: { 'README.md': 'Good.\n' } });
    const log = await makeAttestableLog(folder, { dataset, commit: 'a'.repeat(40) });
    const about = `model=${model}&dataset=${dataset}`;
    const sent = await hub.ask('POST', `/api/assay/evidence?${about}`, {
      as: bob,
      body: new Uint8Array(await readFile(log)),
    });
    const evidence = (await sent.json()) as Json;
    assert.equal(sent.status, 201);
    const num = await proposeFiles(hub, bob, {
      repo: model,
      title: words,
      files: { '.eval_results/bad.yaml': spam(66, evidence.url), 'more/pills.txt': `${words}\n` },
    });
    const fine = await proposeFiles(hub, bob, {
      repo: model,
      files: { '.eval_results/fine.yaml': entryText({ dataset, value: 50 }) },
    });
    const head = (await store.reader(repoId).ref(`refs/pr/${num}`))!;
    const id = await idOf(site, 66);
    // One half of the objects is packed and one is loose, as pushes of any size leave them.
    await git(store.dir(repoId), '--git-dir=.', 'repack', '-adq');
    await commitFiles(hub, bob, { repo: model, to: `refs/pr/${num}`, files: { 'x.txt': `more ${words}\n` } });
    assert.match(await everyObject(site), /pills/);
    assert.match(await cloneAll(site), /pills/);
    const early = await store.quarantine(repoId);
    const main = (await store.reader(repoId).ref('refs/heads/main'))!;
    const made = await early.makeCommit({
      parent: main,
      operations: [{ kind: 'write', path: 'early.txt', content: Buffer.from('early\n') }],
      author: { name: 'owner', email: 'owner@x' },
      message: 'Early\n',
      date: hub.context.clock(),
    });

    const told = (await redact(site, id)).body;
    assert.ok(told.removed >= 8, JSON.stringify(told));
    assert.deepEqual([told.held, told.evidence], [0, evidence.digest]);
    assert.doesNotMatch(await everyObject(site), /pills/);
    const cloned = await cloneAll(site);
    assert.doesNotMatch(cloned, /pills/);
    assert.match(cloned, /value: 50/);
    for (const path of [
      `${model}/raw/${head}/more/pills.txt`,
      `${model}/resolve/${head}/.eval_results/bad.yaml`,
    ])
      assert.equal((await hub.ask('GET', `/${path}`, { as: owner })).status, 404, path);
    for (const path of ['tree', 'commits'])
      assert.equal((await hub.ask('GET', `/api/models/${model}/${path}/${head}`)).status, 404, path);
    assert.equal((await hub.ask('GET', `/api/models/${model}/compare/main..${head}`)).status, 404);
    const bare = await mkdtemp(join(folder, 'bare-'));
    await git(bare, 'init', '-q', '--bare');
    await assert.rejects(git(bare, '-c', 'protocol.version=2', 'fetch', '-q', `${url}/${model}`, head));
    assert.equal(await blobs.has(evidence.digest), false);
    assert.equal((await hub.ask('GET', `/api/assay/evidence/${evidence.digest}`, { as: bob })).status, 404);
    for (const path of [
      `models/${model}/discussions/${num}`,
      `models/${model}/discussions`,
      `assay/results/${id}`,
    ])
      assert.doesNotMatch(await (await hub.ask('GET', `/api/${path}`, { as: owner })).text(), /pills/, path);
    const row = await db.one<{ reason: string }>(
      'SELECT reason FROM record.redactions WHERE result_id = $1',
      [id],
    );
    assert.equal(row.reason, 'spam');
    // What was begun before may lean on what is gone, and saying it again helps nobody; what begins now does not.
    const repo = (await findRepo(db, 'model', model))!;
    const updates = [{ ref: 'refs/heads/main', old: main, new: made }];
    await assert.rejects(
      receive(hub.context, { repo, actor: owner.actor, via: 'commit', updates, quarantine: early }),
      (error: { code?: string }) => error.code === 'stale-ref' && !isOvertaken(error),
    );
    early.discard();
    assert.ok(await store.reader(repoId).ref(`refs/pr/${fine}`));
    await commitFiles(hub, bob, { repo: model, to: `refs/pr/${fine}`, files: { 'y.txt': 'y\n' } });
    // Packing anew brings nothing back, and leaves a repo that is whole.
    await maintainRepo(hub.context, repoId);
    await git(store.dir(repoId), '--git-dir=.', 'fsck', '--strict', '--full');
    assert.doesNotMatch(await everyObject(site), /pills/);
    assert.match(await cloneAll(site), /value: 50/);
    assert.deepEqual(await reindex(hub.context, { check: true }), []);
    assert.deepEqual((await redact(site, id)).body, { redacted: true, removed: 0, held: 0 });
  }));

test('in the history of a branch it is refused at every door, and goes when that is rewritten', () =>
  withSite(async (site) => {
    const { hub, owner, git, folder, url } = site;
    const path = '.eval_results/bad.yaml';
    const bad = await commitFiles(hub, owner, { repo: model, files: { [path]: spam(66) } });
    const id = await idOf(site, 66);
    assert.equal((await redact(site, id)).body.code, 'conflict');
    const good = entryText({ dataset, value: 50 });
    const next = await commitFiles(hub, owner, { repo: model, files: { [path]: good } });
    assert.deepEqual((await redact(site, id)).body, { redacted: true, removed: 0, held: 1 });
    for (const verb of ['raw', 'resolve'])
      for (const at of [bad.commitOid, `${bad.commitOid.slice(0, 12)}`])
        assert.equal((await hub.ask('GET', `/${model}/${verb}/${at}/${path}`)).status, 410);
    const compare = `/api/models/${model}/compare/${bad.commitOid}..${next.commitOid}`;
    assert.equal((await hub.ask('GET', compare)).status, 410);
    assert.equal((await hub.ask('GET', `/${model}/raw/main/${path}`)).status, 200);
    const line = {
      key: 'file',
      value: { path, content: Buffer.from(spam(66)).toString('base64'), encoding: 'base64' },
    };
    const again = await hub.ask('POST', `/api/models/${model}/commit/main`, {
      as: owner,
      body: [{ key: 'header', value: { summary: 'again', description: '' } }, line]
        .map((one) => JSON.stringify(one))
        .join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    assert.equal(again.status, 403);

    const clone = join(folder, 'rewritten');
    const remote = url.replace('//', `//owner:${owner.token}@`);
    await git(folder, 'clone', '-q', `${remote}/${model}`, clone);
    await git(clone, 'checkout', '-q', '--orphan', 'clean');
    await git(clone, 'commit', '-q', '-m', 'Without it');
    await git(clone, 'push', '-q', '--force', 'origin', 'clean:main');
    assert.match(await everyObject(site), /pills/);
    assert.deepEqual((await redact(site, id)).body, { redacted: true, removed: 1, held: 0 });
    assert.doesNotMatch(await everyObject(site), /pills/);
    assert.doesNotMatch(await cloneAll(site), /pills/);
    assert.equal((await hub.ask('GET', `/${model}/raw/${bad.commitOid}/${path}`)).status, 410);
    assert.equal((await hub.ask('GET', `/api/models/${model}/commits/${bad.commitOid}`)).status, 200);
    assert.deepEqual(await reindex(hub.context, { check: true }), []);
  }));
