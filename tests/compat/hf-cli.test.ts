import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createOrg, createUser, readDiscussion, readLeaderboard, readRefs } from '@assay/client';
import { startProgram } from '../support/assay.ts';
import { startTestHub } from '../support/hub.ts';
import { publishSmallBenchmark, resultFile, SMALL_BENCHMARK } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { CLIENT_LINES, readyPython } from './python-clients.ts';
import { clientEnvironment } from './python-script.ts';

const MODEL = 'makers/m';
const repo = { type: 'model', name: MODEL } as const;

for (const line of Object.keys(CLIENT_LINES) as (keyof typeof CLIENT_LINES)[]) {
  // compat: whoami, repos.create, repos.create.exists, repos.settings, repos.move, repos.delete
  // compat: commit.pull-request, commit.unchanged, discussions.draft, discussions.list, discussions.merge
  // compat: branches, tags, revisions.encoded, board, noise.harnesses
  test(`the hf command of huggingface_hub, ${line}`, async (t) => {
    const python = await readyPython(line).catch((error: Error) => error.message);
    if (!python.startsWith('/')) return t.skip(python);
    const hub = await startTestHub(t);
    const folder = await createTemporaryFolder(t);
    const run = (args: string[], token = hub.token) => {
      const env = clientEnvironment({ python, hub, home: folder, token, xet: true });
      return startProgram(join(dirname(python), 'hf'), args, { cwd: folder, env }).finished;
    };
    const hf = async (args: string[], token?: string) => {
      const done = await run(args, token);
      assert.equal(done.code, 0, `hf ${args.join(' ')}\n${done.stdout}${done.stderr}`);
      return done.stdout;
    };
    await createOrg(hub.connection, { name: 'makers' });
    await publishSmallBenchmark(hub.connection);
    const stranger = await makeStranger(hub);

    const who = await hf(['auth', 'whoami']);
    assert.match(who, /admin/);
    assert.ok(who.includes(hub.url), who);
    await hf(['repos', 'create', MODEL]);
    assert.notEqual((await run(['repos', 'create', MODEL])).code, 0);
    await hf(['repos', 'create', MODEL, '--exist-ok']);

    // A stranger proposes a file: open at once.
    await writeFile(join(folder, 'sums.yaml'), resultFile(0.5));
    const file = ['upload', MODEL, 'sums.yaml', '.eval_results/sums.yaml'];
    await hf([...file, '--create-pr', '--commit-message', 'One result'], stranger);
    const one = await readDiscussion(hub.connection, repo, 1);
    assert.deepEqual([one.title, one.status, one.author?.name], ['One result', 'open', 'stranger']);

    // And a folder: a draft, which its first commit opens.
    await mkdir(join(folder, 'results', '.eval_results'), { recursive: true });
    await writeFile(join(folder, 'results', '.eval_results', 'more.yaml'), resultFile(0.75, 'No tools'));
    await hf(['upload', MODEL, 'results', '.', '--create-pr', '--commit-message', 'A folder'], stranger);
    assert.equal((await readDiscussion(hub.connection, repo, 2)).status, 'open');
    const rows = await readLeaderboard(hub.connection, SMALL_BENCHMARK);
    assert.deepEqual(
      rows.map(({ modelId, value, pullRequest }) => [modelId, value, pullRequest]),
      [[MODEL, 0.75, 2]],
    );

    // The same file again to the same pull request is no new commit.
    const headOf = async (num: number) => {
      const { pullRequests } = await readRefs(hub.connection, repo, { pullRequests: true });
      return pullRequests!.find(({ ref }) => ref === `refs/pr/${num}`)!.targetCommit;
    };
    const before = await headOf(1);
    await hf([...file, '--revision', 'refs/pr/1'], stranger);
    assert.equal(await headOf(1), before);

    await hf(['download', MODEL, '--revision', 'refs/pr/1', '--local-dir', 'got']);
    const got = await readFile(join(folder, 'got', '.eval_results', 'sums.yaml'), 'utf8');
    assert.equal(got, resultFile(0.5));
    assert.match(await hf(['datasets', 'leaderboard', SMALL_BENCHMARK]), /makers\/m/);
    assert.match(await hf(['discussions', 'list', MODEL]), /One result/);
    await hf(['discussions', 'merge', MODEL, '1', '--yes']);
    assert.equal((await readDiscussion(hub.connection, repo, 1)).status, 'merged');

    await hf(['repos', 'branch', 'create', MODEL, 'dev']);
    await hf(['repos', 'tag', 'create', MODEL, 'v1']);
    await hf(['repos', 'settings', MODEL, '--private']);
    await hf(['repos', 'move', MODEL, 'makers/n']);
    await hf(['repos', 'delete-files', 'makers/n', '.eval_results/sums.yaml']);
    await hf(['repos', 'delete', 'makers/n', '--yes']);
    assert.notEqual((await run(['models', 'info', 'makers/n'])).code, 0);
  });
}

/** Someone with no rights on anything; gives a write token. */
async function makeStranger(hub: { url: string; token: string; connection: { endpoint: string } }) {
  await createUser({ endpoint: hub.url, token: hub.token }, { name: 'stranger' });
  const answer = await fetch(`${hub.url}/api/assay/users/stranger/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'write' }),
  });
  assert.equal(answer.status, 201);
  return ((await answer.json()) as { token: string }).token;
}
