import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Operation } from './commit-writer.ts';
import { createGitStore, type GitStore } from './git-store.ts';
import type { Quarantine } from './quarantine.ts';

const repoId = 'a'.repeat(24);
const author = { name: 'Ann <b> Lee', email: 'ann@example.org' };
const date = new Date('2026-01-02T03:04:05Z');
const missing = '1'.repeat(40);
let root: string;
let store: GitStore;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-git-'));
  store = await createGitStore({ reposDir: join(root, 'repos'), tmpDir: join(root, 'tmp') });
  await store.init(repoId);
});
after(async () => {
  await store.close();
  await rm(root, { recursive: true });
});

const put = (path: string, content: string): Operation => ({
  kind: 'write',
  path,
  content: Buffer.from(content),
});

async function inQuarantine<T>(use: (quarantine: Quarantine) => Promise<T>): Promise<T> {
  const quarantine = await store.quarantine(repoId);
  try {
    return await use(quarantine);
  } finally {
    quarantine.discard();
  }
}

/** Commits on top of a parent, keeps the objects, moves no ref. */
function commit(parent: string | null, operations: Operation[], message = 'change'): Promise<string> {
  return inQuarantine(async (quarantine) => {
    const oid = await quarantine.makeCommit({ parent, operations, author, message, date });
    await quarantine.migrate();
    return oid;
  });
}

async function move(ref: string, old: string | null, to: string | null): Promise<void> {
  await (await store.prepareRefs(repoId, [{ ref, old, new: to }])).commit();
}

const pathsOf = async (oid: string, path = '', options = {}) => {
  const paths: string[] = [];
  for await (const entry of store.reader(repoId).entries(oid, path, options)) paths.push(entry.path);
  return paths;
};

test('an empty repo resolves nothing and has no refs', async () => {
  const reader = store.reader(repoId);
  assert.equal(await reader.resolve('main'), null);
  assert.equal(await reader.resolve('HEAD'), null);
  assert.equal((await reader.refs()).size, 0);
});

test('a commit keeps author, message, date and files; what is discarded is not there', async () => {
  const oid = await commit(
    null,
    [put('README.md', '# hi\n'), put('data/ü "x".txt', 'one')],
    'Title\n\nBody\nmore',
  );
  const reader = store.reader(repoId);
  const info = await reader.commit(oid);
  assert.deepEqual([info.title, info.message, info.parents], ['Title', 'Body\nmore', []]);
  assert.deepEqual(info.author, { name: 'Ann b Lee', email: author.email, date });
  assert.deepEqual(await pathsOf(oid, '', { recursive: true }), ['README.md', 'data', 'data/ü "x".txt']);
  const entry = await reader.entry(oid, 'README.md');
  assert.equal((await reader.blob(entry!.oid)).toString(), '# hi\n');
  const lost = await inQuarantine((quarantine) =>
    quarantine.makeCommit({ parent: oid, operations: [put('b', 'b')], author, message: 'lost', date }),
  );
  await assert.rejects(reader.commit(lost), { code: 'object-missing' });
});

test('a store that is closed has cleared away what was discarded', async () => {
  const [reposDir, tmpDir] = [join(root, 'repos'), join(root, 'other-tmp')];
  const other = await createGitStore({ reposDir, tmpDir });
  (await other.quarantine(repoId)).discard();
  await other.close();
  assert.deepEqual(await readdir(tmpDir), ['home']);
});

test('a first commit of a few files is the one that git would make', async () => {
  const operations = [
    put('b', 'same'),
    put('a', 'old'),
    put('B é.txt', 'same'),
    put('.gitattributes', ''),
    put('a', 'new'),
  ];
  const short = await commit(null, operations, 'First\n\nand the rest');
  // What is no list goes through git.
  const long = await inQuarantine((quarantine) =>
    quarantine.makeCommit({
      parent: null,
      operations: operations.values(),
      author,
      message: 'First\n\nand the rest',
      date,
    }),
  );
  assert.equal(short, long);
  const args = ['fsck', '--strict', '--no-dangling'];
  const { stderr } = await store.runner.run({ dir: store.dir(repoId), args });
  assert.doesNotMatch(stderr, /^(error|warning)/m);
  assert.deepEqual(await pathsOf(short), ['.gitattributes', 'B é.txt', 'a', 'b']);
  const blob = await store.reader(repoId).entry(short, 'a');
  assert.equal((await store.reader(repoId).blob(blob!.oid)).toString(), 'new');
});

test('operations apply in order, and refuse what does not fit', async () => {
  const base = await commit(null, [put('a', '1'), put('d/x', 'x'), put('d/y', 'y')]);
  const next = await commit(base, [
    { kind: 'delete', path: 'a', what: 'file' },
    put('a', '2'),
    { kind: 'move', from: 'd/x', to: 'e/x' },
    { kind: 'copy', from: 'e/x', to: 'f' },
    { kind: 'delete', path: 'd', what: 'folder' },
  ]);
  assert.deepEqual(await pathsOf(next, '', { recursive: true }), ['a', 'e', 'e/x', 'f']);
  const refusals: [Operation, string][] = [
    [{ kind: 'delete', path: 'nope', what: 'either' }, 'path-missing'],
    [{ kind: 'delete', path: 'd', what: 'file' }, 'path-missing'],
    [put('a/b', 'below a file'), 'bad-path'],
    [put('d', 'over a folder'), 'bad-path'],
    [put('.git/config', 'x'), 'bad-path'],
    [{ kind: 'move', from: 'a', to: '../a' }, 'bad-path'],
  ];
  for (const [operation, code] of refusals) {
    await assert.rejects(commit(base, [operation]), { code }, JSON.stringify(operation));
  }
});

test('a source that breaks off leaves nothing behind', async () => {
  async function* broken(): AsyncGenerator<Operation> {
    yield put('a', 'a');
    throw new RangeError('cut');
  }
  const making = inQuarantine((quarantine) =>
    quarantine.makeCommit({ parent: null, operations: broken(), author, message: 'm', date }),
  );
  await assert.rejects(making, RangeError);
});

test('revisions: branch with a slash, tag, pull request, short oid; never git syntax', async () => {
  const one = await commit(null, [put('a', 'r1')]);
  const two = await commit(one, [put('a', 'r2')]);
  await move('refs/heads/feat/x', null, one);
  await move('refs/pr/3', null, two);
  await move('refs/tags/v1', null, one);
  const reader = store.reader(repoId);
  assert.equal(await reader.resolve('feat/x'), one);
  assert.equal(await reader.resolve('refs/heads/feat/x'), one);
  assert.equal(await reader.resolve('v1'), one);
  assert.equal(await reader.resolve('refs/pr/3'), two);
  assert.equal(await reader.resolve(two.slice(0, 7)), two);
  assert.equal(await reader.resolve(two), two);
  for (const revision of [
    'feat/x~0',
    'feat/x^',
    `${two}:a`,
    '@{-1}',
    '-x',
    '--help',
    'feat',
    '',
    '../..',
    'a\nb',
    missing,
  ]) {
    assert.equal(await reader.resolve(revision), null, revision);
  }
});

test('refs move all together or not at all', async () => {
  const one = await commit(null, [put('a', 't1')]);
  await move('refs/heads/t1', null, one);
  const both = [
    { ref: 'refs/heads/t2', old: null, new: one },
    { ref: 'refs/heads/t1', old: missing, new: null },
  ];
  await assert.rejects(store.prepareRefs(repoId, both), { code: 'stale-ref' });
  const refs = await store.reader(repoId).refs();
  assert.equal(refs.get('refs/heads/t1'), one);
  assert.equal(refs.has('refs/heads/t2'), false);
  const prepared = await store.prepareRefs(repoId, [{ ref: 'refs/heads/t1', old: one, new: null }]);
  await assert.rejects(store.prepareRefs(repoId, [{ ref: 'refs/heads/t1', old: one, new: null }]), {
    code: 'stale-ref',
  });
  await prepared.abort();
  await move('refs/heads/t1', one, null);
});

test('a lock that a lost machine left is in nobody’s way; a fresh one is', async () => {
  const oid = await commit(null, [put('a', 'lock')]);
  const lock = join(store.dir(repoId), 'refs/heads/locked.lock');
  await writeFile(lock, '');
  await assert.rejects(move('refs/heads/locked', null, oid), { code: 'stale-ref' });
  await utimes(lock, new Date(0), new Date(0));
  await move('refs/heads/locked', null, oid);
  assert.equal(await store.reader(repoId).resolve('locked'), oid);
});

test('changed paths name files, with what they were and are', async () => {
  const from = await commit(null, [put('same', 's'), put('a', '1'), put('d/x', 'x'), put('swap', 'file')]);
  const to = await commit(from, [
    put('a', '2'),
    { kind: 'delete', path: 'd', what: 'folder' },
    { kind: 'delete', path: 'swap', what: 'file' },
    put('swap/in', 'now a folder'),
  ]);
  const reader = store.reader(repoId);
  const changes = (await reader.changedPaths(from, to)).map(({ path, status }) => `${status} ${path}`);
  assert.deepEqual(changes.sort(), ['added swap/in', 'deleted d/x', 'deleted swap', 'modified a']);
  assert.equal((await reader.changedPaths(null, to)).length, 3);
  assert.match((await reader.diff(from, to, 10_000)).text, /^\+2$/m);
  assert.deepEqual(await reader.diff(from, to, 20).then(({ truncated, text }) => [truncated, text.length]), [
    true,
    20,
  ]);
});

test('last changes are found for files and folders in one walk', async () => {
  const one = await commit(null, [put('a', '1'), put('d/e/f', 'f')]);
  const two = await commit(one, [put('d/e/f', 'f2'), put('a b', 'sp')]);
  const three = await commit(two, [put('c', 'c')]);
  const reader = store.reader(repoId);
  const found = await reader.lastChanges(three, ['a', 'a b', 'd', 'd/e/f', 'c', 'nowhere']);
  assert.deepEqual(Object.fromEntries(found), { a: one, 'a b': two, d: two, 'd/e/f': two, c: three });
  assert.equal((await reader.lastChange(three, 'd/e'))?.oid, two);
  assert.deepEqual(
    (await reader.log(three, { limit: 2, skip: 1 })).map(({ oid }) => oid),
    [two, one],
  );
  assert.deepEqual(
    (await reader.log(three, { limit: 9, path: 'a' })).map(({ oid }) => oid),
    [one],
  );
  assert.equal(await reader.count(three), 3);
});

test('walks continue behind a path, and know sizes and large files', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'b'.repeat(64)}\nsize 12345\n`;
  const oid = await commit(null, [put('a/1', ''), put('a/2', 'two'), put('a-b', 'x'), put('b', pointer)]);
  assert.deepEqual(await pathsOf(oid, '', { recursive: true }), ['a-b', 'a', 'a/1', 'a/2', 'b']);
  assert.deepEqual(await pathsOf(oid, '', { recursive: true, after: 'a/1' }), ['a/2', 'b']);
  assert.deepEqual(await pathsOf(oid, '', { recursive: true, after: 'a' }), ['a/1', 'a/2', 'b']);
  assert.deepEqual(await pathsOf(oid, 'a', { after: 'a/1' }), ['a/2']);
  await assert.rejects(pathsOf(oid, 'b'), { code: 'path-missing' });
  const reader = store.reader(repoId);
  const [entry] = await reader.sized([(await reader.entry(oid, 'b'))!]);
  assert.deepEqual(
    [entry!.size, entry!.lfs?.oid, entry!.lfs?.pointerSize],
    [12345, 'b'.repeat(64), pointer.length],
  );
});

test('merging joins two histories, or names the files in conflict', async () => {
  const base = await commit(null, [put('a', '1\n'), put('b', '1\n')]);
  const ours = await commit(base, [put('a', '2\n')]);
  const theirs = await commit(base, [put('b', '2\n')]);
  const clash = await commit(base, [put('a', '3\n')]);
  await inQuarantine(async (quarantine) => {
    const merged = await quarantine.merge({ base: ours, head: theirs, message: 'Join (#1)', author, date });
    assert.ok(merged.ok);
    assert.deepEqual((await quarantine.commit(merged.oid)).parents, [ours, theirs]);
    assert.deepEqual(await quarantine.tryMerge(ours, clash), { ok: false, conflicts: ['a'] });
    const alone = await quarantine.makeCommit({
      parent: null,
      operations: [put('z', 'z')],
      author,
      message: 'm',
      date,
    });
    assert.equal((await quarantine.tryMerge(ours, alone)).ok, false);
    assert.equal(await quarantine.mergeBase(ours, theirs), base);
    assert.equal(await quarantine.mergeBase(ours, alone), null);
  });
});

async function* packOf(oids: string): AsyncGenerator<Uint8Array> {
  const args = ['pack-objects', '--revs', '--stdout', '-q'];
  const { stdout } = await store.runner.run({ dir: store.dir(repoId), args, input: oids });
  yield stdout;
}

test('packs are unpacked, checked for connection and for large blobs', async () => {
  const one = await commit(null, [put('a', 'pack')]);
  const two = await commit(one, [put('big', 'x'.repeat(5000))]);
  const other = 'b'.repeat(24);
  await store.init(other);
  const quarantine = await store.quarantine(other);
  await assert.rejects(quarantine.unpack(packOf(`${two}\n^${one}\n`), { maxBytes: 1e6 }), {
    code: 'bad-pack',
  });
  const unknown = { tips: [one], known: [], blobLimit: 4000 };
  await assert.rejects(quarantine.newHistory(unknown), { code: 'disconnected' });
  await quarantine.unpack(packOf(`${two}\n`), { maxBytes: 1e6 });
  const large = await quarantine.newHistory({ tips: [two], known: [], blobLimit: 4000 });
  assert.deepEqual(large, [(await quarantine.entry(two, 'big'))!.oid]);
  await assert.rejects(quarantine.unpack(packOf(`${two}\n`), { maxBytes: 50 }), { code: 'too-large' });
  async function* cut() {
    for await (const bytes of packOf(`${two}\n`)) yield bytes.subarray(0, bytes.length - 30);
  }
  await assert.rejects(quarantine.unpack(cut(), { maxBytes: 1e6 }), { code: 'bad-pack' });
  quarantine.discard();
});

test('a repo that goes away takes its reader with it; leftovers go at the next start', async () => {
  const id = 'c'.repeat(24);
  await store.init(id);
  await store.init(id);
  assert.equal(await store.reader(id).resolve('main'), null);
  await store.remove(id);
  await store.remove(id);
  const reader = store.reader(id);
  const head = 'refs/heads/main';
  const oid = '1'.repeat(40);
  const asks = [
    () => reader.resolve('main'),
    () => reader.refs(),
    () => reader.log(oid, { limit: 1 }),
    () => store.prepareRefs(id, [{ ref: head, old: null, new: oid }]),
    () => inQuarantine((quarantine) => quarantine.unpack(packOf(`${oid}\n`), { maxBytes: 1e6 })),
  ];
  for (const ask of asks) await assert.rejects(ask());
  assert.equal((await reader.lastChanges(oid, ['a'])).size, 0);
  for await (const _ of reader.blobStream(oid)) assert.fail('bytes from nowhere');
  await mkdir(join(root, 'tmp', 'quarantine-old.git'));
  await writeFile(join(root, 'tmp', 'quarantine-old.git', 'HEAD'), '');
  const again = await createGitStore({ reposDir: join(root, 'repos'), tmpDir: join(root, 'tmp') });
  assert.deepEqual(await readdir(join(root, 'tmp')), ['home']);
  await again.close();
});
