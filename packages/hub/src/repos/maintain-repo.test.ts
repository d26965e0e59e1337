import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { createHub } from '../hub.ts';
import { commitFiles, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, withHub } from '../testing/with-hub.ts';
import { maintainRepo } from './maintain-repo.ts';

const enough = 8;

/** Writes loose blobs that nothing leads to, all into the folder that stands for the others. Answers their names. */
async function writeUnreachable(dir: string, count: number, salt = ''): Promise<string[]> {
  const oids: string[] = [];
  for (let at = 0; oids.length < count; at += 1) {
    const text = `unreachable ${salt}${at}`;
    const object = Buffer.from(`blob ${text.length}\0${text}`);
    const oid = createHash('sha1').update(object).digest('hex');
    if (!oid.startsWith('17')) continue;
    const folder = join(dir, 'objects', '17');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, oid.slice(2)), deflateSync(object));
    oids.push(oid);
  }
  return oids;
}

async function assertWhole(hub: TestHub, repoId: string, oids: string[]): Promise<void> {
  const { runner } = hub.context.git;
  const dir = hub.context.git.dir(repoId);
  await runner.run({ dir, args: ['fsck', '--strict', '--full'] });
  const { stdout } = await runner.run({ dir, args: ['cat-file', '--batch-check'], input: oids.join('\n') });
  assert.doesNotMatch(stdout.toString(), /missing/);
}

const looseFolders = async (dir: string) =>
  (await readdir(join(dir, 'objects'))).filter((name) => /^[0-9a-f]{2}$/.test(name));

test('a repo with many loose objects is packed after a push, and keeps what nothing leads to', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const id = await makeRepo(hub, alice, { name: 'm' });
    const dir = hub.context.git.dir(id);
    const oids = await writeUnreachable(dir, enough);
    const abandoned = join(dir, 'objects/pack/tmp_pack_x');
    await writeFile(abandoned, 'half a pack');
    await utimes(abandoned, 0, 0);
    await commitFiles(hub, alice, { repo: 'alice/m', files: { 'a.txt': 'a' } });
    while ((await looseFolders(dir)).length > 0) await sleep(50);
    while ((await readdir(join(dir, 'objects/pack'))).includes('tmp_pack_x')) await sleep(50);
    await assertWhole(hub, id, oids);
    const before = await hub.context.git.reader(id).resolve('refs/heads/main');
    await commitFiles(hub, alice, { repo: 'alice/m', files: { 'b.txt': 'b' } });
    assert.notEqual(await hub.context.git.reader(id).resolve('refs/heads/main'), before);
  }));

test('packing again and again, by two hubs, while both take commits, loses nothing', () =>
  withHub(async (first) => {
    const other = await createHub(first.context.config);
    try {
      const alice = await first.user('alice');
      const id = await makeRepo(first, alice, { name: 'm' });
      const second: TestHub = { ...first, context: other.context };
      second.ask = async (method, path, { as, body, headers } = {}) => {
        const all = { ...headers, authorization: `Bearer ${as!.token}` };
        return other.fetch(
          new Request(`http://hub.test${path}`, { method, headers: all, body: body ?? null }),
        );
      };
      const oids = await writeUnreachable(first.context.git.dir(id), 3);
      let busy = true;
      const packing = [first, second].map(async ({ context }) => {
        while (busy) await maintainRepo(context, id);
      });
      const commits = [first, second].map(async (hub, who) => {
        for (let at = 0; at < 8; at += 1) {
          const files = { [`${who}-${at}.txt`]: `${who} ${at}` };
          const { commitOid } = await commitFiles(hub, alice, { repo: 'alice/m', files, createPr: true });
          oids.push(commitOid);
        }
      });
      await Promise.all(commits);
      busy = false;
      await Promise.all(packing);
      await maintainRepo(first.context, id);
      assert.equal(new Set(oids).size, 3 + 16);
      await assertWhole(second, id, oids);
      assert.deepEqual(await looseFolders(first.context.git.dir(id)), []);
      const { git } = await first.context.db.one<{ git: number }>(
        'SELECT git_bytes AS git FROM record.repos WHERE id = $1',
        [id],
      );
      assert.ok(git > 0);
    } finally {
      await other.close();
    }
  }));
