import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateRawSync } from 'node:zlib';
import { createCommit, createRepo, readModelResults, readRefs } from '@assay/client';
import { mustGit, runGit } from '../support/git.ts';
import { startTestHub, type TestHub } from '../support/hub.ts';
import { SMALL_BENCHMARK } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

/**
 * Hostile repos, logs and connections against a whole hub: each is refused with a code that says what was wrong, no ref
 * moves, no draft stays behind, and the memory of the hub stays bounded.
 */

const settings = { ASSAY_MAX_COMMIT_MIB: '4', ASSAY_MAX_EVIDENCE_MIB: '4', ASSAY_MAX_PACK_MIB: '8' };
const repo = { type: 'model', name: 'admin/target' } as const;
/** Far above what the hub needs, far below what the bombs would fill. */
const mostMiB = 1_200;

let hub: TestHub;
let earlier: string;

before(async (context) => {
  hub = await startTestHub(context as TestContext, settings);
  await createRepo(hub.connection, repo);
  earlier = await state();
});

/** All refs and results of the target. */
async function state(): Promise<string> {
  const refs = await readRefs(hub.connection, repo, { pullRequests: true });
  const { results } = await readModelResults(hub.connection, repo.name);
  return JSON.stringify({ refs, results });
}

after(async () => {
  assert.equal(await state(), earlier, 'nothing of it is visible');
  const { pid } = hub;
  const peak = Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid()}/status`, 'utf8'))?.[1]) / 1024;
  assert.ok(peak < mostMiB, `the hub took ${peak} MiB at most`);
});

const authorization = () => ({ authorization: `Bearer ${hub.token}` });

async function commit(files: Record<string, string>): Promise<Response> {
  const lines: object[] = [{ key: 'header', value: { summary: 'A change', description: '' } }];
  for (const [path, text] of Object.entries(files)) {
    const content = Buffer.from(text).toString('base64');
    lines.push({ key: 'file', value: { path, content, encoding: 'base64' } });
  }
  const body = lines.map((line) => JSON.stringify(line)).join('\n');
  const headers = { ...authorization(), 'content-type': 'application/x-ndjson' };
  return fetch(`${hub.url}/api/models/${repo.name}/commit/main`, { method: 'POST', headers, body });
}

/** The codes of the issues that an answer names. */
async function codesOf(answer: Response): Promise<string[]> {
  const { issues = [] } = (await answer.json()) as { issues?: { code: string }[] };
  return issues.map(({ code }) => code);
}

test('packs whose trees lead out of the repo, into .git or through links are refused, and no ref moves', async (t) => {
  const folder = await createTemporaryFolder(t);
  await mustGit(folder, ['init', '--quiet', '--bare', '.']);
  const write = async (type: string, content: Buffer) => {
    const path = join(folder, 'object');
    await writeFile(path, content);
    return mustGit(folder, ['hash-object', '-t', type, '-w', '--literally', path]);
  };
  const blob = await write('blob', Buffer.from('../../../etc/passwd'));
  const tree = (mode: string, name: string, oid: string) =>
    write('tree', Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]));
  const inner = await tree('100644', 'config', blob);
  const trees: [why: string, tree: string][] = [
    ['a name that is ..', await tree('40000', '..', inner)],
    ['a name that is .', await tree('100644', '.', blob)],
    ['a .git folder', await tree('40000', '.git', inner)],
    ['a .GIT folder', await tree('40000', '.GIT', inner)],
    ['what NTFS calls .git', await tree('40000', 'git~1', inner)],
    ['what HFS+ calls .git', await tree('40000', '.g\u200cit', inner)],
    ['a slash in a name', await tree('100644', 'a/b', blob)],
    ['an empty name', await tree('100644', '', blob)],
    ['a link in place of .gitmodules', await tree('120000', '.gitmodules', blob)],
    ['a link in place of results', await tree('120000', '.eval_results', blob)],
    ['a link in place of the card', await tree('120000', 'README.md', blob)],
    ['an object nobody sent', await tree('100644', 'x', '1'.repeat(40))],
  ];
  const url = `${hub.url.replace('://', `://user:${hub.token}@`)}/${repo.name}`;
  for (const [why, oid] of trees) {
    const who = 'A <a@example.test> 1700000000 +0000';
    const text = `tree ${oid}\nauthor ${who}\ncommitter ${who}\n\n${why}\n`;
    const tip = await write('commit', Buffer.from(text));
    const pushed = await runGit(folder, ['push', '--force', url, `${tip}:refs/heads/trick`]);
    assert.notEqual(pushed.code, 0, why);
    assert.equal(await state(), earlier, why);
  }
});

test('bombs and floods in files the hub reads are refused by name', async () => {
  const letters = 'abcdefghi';
  const alias = [...letters.slice(1)].map(
    (letter, at) => `${letter}: &${letter} [${Array(9).fill(`*${letters[at]}`).join(', ')}]`,
  );
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${alias.join('\n')}\n`;
  const entry = `- dataset: {id: ${SMALL_BENCHMARK}, task_id: sums}\n  value: 1\n`;
  const file = '.eval_results/x.yaml';
  const refused: [why: string, path: string, text: string, code: string][] = [
    ['aliases of aliases', file, `- ${bomb.replaceAll('\n', '\n  ')}`, 'too-many-aliases'],
    ['aliases in a card', 'README.md', `---\n${bomb}---\n`, 'too-many-aliases'],
    ['a megabyte of notes', file, `${entry}  notes: "${'5-shot '.repeat(140_000)}"\n`, 'too-long'],
    ['ten thousand entries', file, entry.repeat(10_000), 'too-many-entries'],
    ['nesting without end', file, '['.repeat(100_000), 'too-deep'],
  ];
  for (const [why, path, text, code] of refused) {
    const answer = await commit({ [path]: text });
    assert.equal(answer.status, 400, why);
    const codes = await codesOf(answer);
    assert.ok(codes.includes(code), `${why}: ${codes.slice(0, 5)}`);
  }
  const long = await commit({ [file]: `${entry}# ${'x'.repeat(2_000_000)}\n` });
  assert.equal(long.status, 400, 'two megabytes');
});

test('bodies beyond their limits are told so, announced or not', async () => {
  const big = new Uint8Array(6 * 2 ** 20).fill(32);
  const post = (path: string, body: RequestInit['body'], type = 'application/json') =>
    fetch(hub.url + path, {
      method: 'POST',
      headers: { ...authorization(), 'content-type': type },
      body,
      duplex: 'half',
    } as RequestInit);
  const slowly = () => new Blob([big]).stream();
  // Who goes on sending may find the line cut before the answer is read.
  const refusalOf = (sent: Promise<Response>) => sent.then((answer) => answer.status).catch(() => 413);
  const json = `{"name": "${'x'.repeat(17 * 2 ** 20)}"}`;
  assert.equal(await refusalOf(post('/api/repos/create', json)), 413);
  const path = `/api/models/${repo.name}/commit/main`;
  const line = `{"key":"file","value":{"path":"x","content":"${'QUJD'.repeat(1_500_000)}","encoding":"base64"}}`;
  const header = '{"key":"header","value":{"summary":"x","description":""}}';
  assert.equal(await refusalOf(post(path, `${header}\n${line}`, 'application/x-ndjson')), 413);
  for (const body of [big, slowly()])
    assert.equal(await refusalOf(post(`/api/assay/evidence?model=${repo.name}`, body)), 413);
  const objects = Array.from({ length: 1_001 }, (_, at) => ({
    oid: at.toString(16).padStart(64, '0'),
    size: 1,
  }));
  const batch = JSON.stringify({ operation: 'upload', objects });
  // A connection kept from before may be one that the hub has cut: then another one is opened.
  const ask = () => post(`/${repo.name}.git/info/lfs/objects/batch`, batch);
  assert.equal((await ask().catch(ask)).status, 400);
});

test('a pack larger than the limit is refused, and leaves no objects', async (t) => {
  const folder = await createTemporaryFolder(t);
  await mustGit(folder, ['init', '--quiet', '.']);
  await writeFile(join(folder, 'noise'), randomBytes(9 * 2 ** 20));
  await mustGit(folder, ['add', '--all']);
  await mustGit(folder, ['commit', '--quiet', '--message', 'Noise']);
  const url = `${hub.url.replace('://', `://user:${hub.token}@`)}/${repo.name}`;
  const pushed = await runGit(folder, ['push', '--force', url, 'HEAD:refs/heads/noise']);
  assert.notEqual(pushed.code, 0);
  assert.equal(await state(), earlier);
});

test('logs that unpack to far more than they are, or to nothing, are refused', async () => {
  const upload = async (body: Buffer) => {
    const url = `${hub.url}/api/assay/evidence?model=${repo.name}`;
    return fetch(url, { method: 'POST', headers: authorization(), body: new Uint8Array(body) });
  };
  // 400 MB of blanks in 400 kB: a header as the log reader expects it, and no end of it.
  const blanks = Buffer.alloc(400 * 2 ** 20, 32);
  const bomb = zipOf([{ name: 'header.json', packed: deflateRawSync(blanks), size: blanks.length }]);
  assert.equal((await upload(bomb)).status, 413);
  const lie = zipOf([{ name: 'header.json', packed: deflateRawSync(Buffer.from('{}')), size: 2 ** 31 - 1 }]);
  for (const body of [
    lie,
    bomb.subarray(0, 1_000),
    zipOf([]),
    Buffer.from('{"version": 2'),
    Buffer.alloc(0),
  ]) {
    const { status } = await upload(body);
    assert.ok(status === 422 || status === 413, String(status));
  }
});

/** A zip of members that may say any size. */
function zipOf(members: { name: string; packed: Buffer; size: number }[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const { name, packed, size } of members) {
    const facts = Buffer.alloc(22);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(size, 18);
    const tail = Buffer.alloc(4);
    tail.writeUInt16LE(name.length, 0);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), facts, tail, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    const made = Buffer.from([20, 0]);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02'), made, facts, tail, rest, Buffer.from(name)]));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end]);
}

test('connections that say little and slowly hold nobody up, and leave nothing when they go', async () => {
  const { hostname, port } = new URL(hub.url);
  const begin = (path: string, type: string) =>
    `POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${hub.token}\r\n` +
    `Content-Type: ${type}\r\nContent-Length: 1000000\r\n\r\n`;
  const starts = [
    'GET / HT',
    begin(`/api/models/${repo.name}/commit/main`, 'application/x-ndjson') + '{"key":"hea',
    begin(`/api/assay/evidence?model=${repo.name}`, 'application/octet-stream') + 'PK',
    begin(`/${repo.name}.git/git-receive-pack`, 'application/x-git-receive-pack-request') + '00',
  ];
  const sockets = await Promise.all(
    Array.from({ length: 200 }, async (_, at) => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(starts[at % starts.length]!);
      return socket;
    }),
  );
  const answers = await Promise.all(Array.from({ length: 20 }, () => state()));
  assert.ok(answers.every((answer) => answer === earlier));
  for (const socket of sockets) socket.destroy();
  await untilNoDrafts();
});

/** What belonged to a connection that is gone goes as well. */
async function untilNoDrafts(): Promise<void> {
  let left: string[] = [];
  for (let tries = 0; tries < 200; tries += 1) {
    const names = await readdir(join(hub.dataDir, 'tmp'), { recursive: true });
    left = names.filter((name) => /\/(quarantine|blob|evidence|piece)-[^/]*$/.test(name));
    if (left.length === 0) return;
    await sleep(100);
  }
  assert.deepEqual(left, []);
}

test('after all this the hub takes an honest commit', async () => {
  const files = [{ kind: 'put', path: 'README.md', content: '# Fine\n' }] as const;
  const { oid } = await createCommit(hub.connection, repo, { summary: 'Fine', changes: [...files] });
  assert.match(oid, /^[0-9a-f]{40}$/);
  earlier = await state();
});
