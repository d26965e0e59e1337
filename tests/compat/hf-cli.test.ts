import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createOrg, createUser, readDiscussion, readLeaderboard, readRefs } from '@assay/client';
import { type Finished, startProgram } from '../support/assay.ts';
import { startTestHub, type TestHub } from '../support/hub.ts';
import { publishSmallBenchmark, resultFile, SMALL_BENCHMARK } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { CLIENT_LINES, readyPython } from './python-clients.ts';
import { clientEnvironment } from './python-script.ts';

const MODEL = 'makers/m';
const repo = { type: 'model', name: MODEL } as const;
const LARGE_BYTES = 30e6;

/** The command, in a folder of its own. */
interface Shell {
  hub: TestHub;
  folder: string;
  /** Token of someone without rights on anything. */
  stranger: string;
  run(args: string[], options?: { token?: string; xet?: boolean }): Promise<Finished>;
  /** As `run`, but must end well; gives what it printed. */
  hf(args: string[], options?: { token?: string; xet?: boolean }): Promise<string>;
}

for (const line of Object.keys(CLIENT_LINES) as (keyof typeof CLIENT_LINES)[]) {
  // compat: whoami, repos.create, repos.create.exists, repos.settings, repos.move, repos.delete
  // compat: commit.pull-request, commit.unchanged, discussions.draft, discussions.list, discussions.merge
  // compat: discussions.details, discussions.comment, discussions.title, discussions.status, discussions.create
  // compat: branches, tags, revisions.encoded, board, noise.harnesses, lists, tree.expand
  // compat: accept.whoami, accept.create, accept.propose-file, accept.propose-folder, accept.large
  // compat: accept.discussions, accept.leaderboard
  test(`the hf command of huggingface_hub, ${line}`, async (t) => {
    const python = await readyPython(line).catch((error: Error) => error.message);
    if (!python.startsWith('/')) return t.skip(python);
    const hub = await startTestHub(t);
    const folder = await createTemporaryFolder(t);
    await createOrg(hub.connection, { name: 'makers' });
    await publishSmallBenchmark(hub.connection);
    const shell = toShell({ python, hub, folder, stranger: await makeStranger(hub) });
    await checkNames(shell);
    await checkProposals(shell);
    await checkLargeFiles(shell);
    await checkDiscussions(shell);
    await checkRepos(shell);
  });
}

function toShell(place: { python: string; hub: TestHub; folder: string; stranger: string }): Shell {
  const { python, hub, folder } = place;
  const run: Shell['run'] = (args, { token = hub.token, xet = true } = {}) => {
    const env = clientEnvironment({ python, hub, home: folder, token, xet });
    return startProgram(join(dirname(python), 'hf'), args, { cwd: folder, env }).finished;
  };
  const hf: Shell['hf'] = async (args, options) => {
    const done = await run(args, options);
    assert.equal(done.code, 0, `hf ${args.join(' ')}\n${done.stdout}${done.stderr}`);
    return done.stdout;
  };
  return { ...place, run, hf };
}

async function checkNames({ hub, run, hf }: Shell): Promise<void> {
  const who = await hf(['auth', 'whoami']);
  assert.match(who, /admin/);
  assert.ok(who.includes(hub.url), who);
  await hf(['repos', 'create', MODEL]);
  assert.notEqual((await run(['repos', 'create', MODEL])).code, 0);
  await hf(['repos', 'create', MODEL, '--exist-ok']);
}

async function checkProposals({ hub, folder, stranger: token, hf }: Shell): Promise<void> {
  // A stranger proposes a file: open at once.
  await writeFile(join(folder, 'sums.yaml'), resultFile(0.5));
  const file = ['upload', MODEL, 'sums.yaml', '.eval_results/sums.yaml'];
  await hf([...file, '--create-pr', '--commit-message', 'One result'], { token });
  const one = await readDiscussion(hub.connection, repo, 1);
  assert.deepEqual([one.title, one.status, one.author?.name], ['One result', 'open', 'stranger']);
  const rows = async () =>
    (await readLeaderboard(hub.connection, SMALL_BENCHMARK)).map((row) => [row.value, row.pullRequest]);
  assert.deepEqual(await rows(), [[0.5, 1]]);

  // And a folder: a draft, which its first commit opens.
  await mkdir(join(folder, 'results', '.eval_results'), { recursive: true });
  await writeFile(join(folder, 'results', '.eval_results', 'more.yaml'), resultFile(0.75, 'No tools'));
  await hf(['upload', MODEL, 'results', '.', '--create-pr', '--commit-message', 'A folder'], { token });
  assert.equal((await readDiscussion(hub.connection, repo, 2)).status, 'open');
  assert.deepEqual(await rows(), [[0.75, 2]]);
  assert.match(await hf(['datasets', 'leaderboard', SMALL_BENCHMARK]), /makers\/m/);

  // The same file again to the same pull request is no new commit.
  const headOf = async (num: number) => {
    const { pullRequests } = await readRefs(hub.connection, repo, { pullRequests: true });
    return pullRequests!.find(({ ref }) => ref === `refs/pr/${num}`)!.targetCommit;
  };
  const before = await headOf(1);
  await hf([...file, '--revision', 'refs/pr/1'], { token });
  assert.equal(await headOf(1), before);
  await hf(['download', MODEL, '--revision', 'refs/pr/1', '--local-dir', 'got']);
  assert.equal(await readFile(join(folder, 'got', '.eval_results', 'sums.yaml'), 'utf8'), resultFile(0.5));
}

async function checkLargeFiles({ folder, hf }: Shell): Promise<void> {
  for (const xet of [true, false]) {
    const name = `${xet}.bin`;
    await writeFile(join(folder, name), randomBytes(LARGE_BYTES));
    await hf(['upload', MODEL, name], { xet });
    await hf(['download', MODEL, name, '--local-dir', 'large'], { xet });
    const digests = await Promise.all(
      [name, join('large', name)].map(async (path) =>
        createHash('sha256')
          .update(await readFile(join(folder, path)))
          .digest('hex'),
      ),
    );
    assert.equal(digests[0], digests[1], name);
  }
}

async function checkDiscussions({ hub, hf }: Shell): Promise<void> {
  await hf(['discussions', 'create', MODEL, '--title', 'A question', '--body', 'Why?']);
  await hf(['discussions', 'comment', MODEL, '3', '--body', 'Because.']);
  await hf(['discussions', 'rename', MODEL, '3', 'Another question']);
  await hf(['discussions', 'close', MODEL, '3', '--yes']);
  const read = () => readDiscussion(hub.connection, repo, 3);
  assert.deepEqual([(await read()).title, (await read()).status], ['Another question', 'closed']);
  await hf(['discussions', 'reopen', MODEL, '3', '--yes']);
  assert.equal((await read()).status, 'open');
  const [list, diff, info] = await Promise.all([
    hf(['discussions', 'list', MODEL, '--kind', 'pull_request', '--author', 'stranger']),
    hf(['discussions', 'diff', MODEL, '1']),
    hf(['discussions', 'info', MODEL, '3']),
  ]);
  assert.ok(/One result/.test(list) && !/question/.test(list), list);
  assert.match(diff, /\+ {2}value: 0\.5/);
  assert.match(info, /Another question/);
  await hf(['discussions', 'merge', MODEL, '1', '--yes']);
  assert.equal((await readDiscussion(hub.connection, repo, 1)).status, 'merged');
}

async function checkRepos({ run, hf }: Shell): Promise<void> {
  await hf(['repos', 'branch', 'create', MODEL, 'dev']);
  await hf(['repos', 'tag', 'create', MODEL, 'v1']);
  const [tags, models, files] = await Promise.all([
    hf(['repos', 'tag', 'list', MODEL]),
    hf([
      'models',
      'ls',
      '--author',
      'makers',
      '--search',
      'm',
      '--sort',
      'downloads',
      '--limit',
      '5',
      '--quiet',
    ]),
    hf(['models', 'ls', MODEL]),
  ]);
  assert.match(tags, /v1/);
  assert.match(models, /makers\/m/);
  assert.match(files, /true\.bin/);
  await hf(['repos', 'settings', MODEL, '--private']);
  await hf(['repos', 'move', MODEL, 'makers/n']);
  await hf(['repos', 'delete-files', 'makers/n', '.eval_results/sums.yaml']);
  await hf(['repos', 'delete', 'makers/n', '--yes']);
  assert.notEqual((await run(['models', 'info', 'makers/n'])).code, 0);
}

/** Someone with no rights on anything; gives a write token. */
async function makeStranger(hub: TestHub): Promise<string> {
  await createUser({ endpoint: hub.url, token: hub.token }, { name: 'stranger' });
  const answer = await fetch(`${hub.url}/api/assay/users/stranger/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'write' }),
  });
  assert.equal(answer.status, 201);
  return ((await answer.json()) as { token: string }).token;
}
