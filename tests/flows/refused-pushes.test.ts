import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ClientError, createCommit, createOrg, createRepo, readRefs } from '@assay/client';
import { cloneInto, commitAndPush, mustGit } from '../support/git.ts';
import { startTestHub } from '../support/hub.ts';
import { resultFile, SMALL_EVAL_YAML } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

interface Case {
  name: string;
  type: 'dataset' | 'model';
  path: string;
  text: string;
  /** What the pusher must be shown: place, code of the rule, and a hint where there is one. */
  place: RegExp;
  hint: boolean;
}

const CASES: Case[] = [
  {
    name: 'an eval.yaml with a misspelt scorer',
    type: 'dataset',
    path: 'eval.yaml',
    text: SMALL_EVAL_YAML.replace('name: match', 'name: mach'),
    place: /eval\.yaml:\d+:\d+ error\[/,
    hint: true,
  },
  {
    name: 'an eval.yaml that is no YAML',
    type: 'dataset',
    path: 'eval.yaml',
    text: 'name: [unclosed\ntasks: x\n',
    place: /eval\.yaml:\d+:\d+ error\[/,
    hint: false,
  },
  {
    name: 'a result whose value is a text',
    type: 'model',
    path: '.eval_results/sums.yaml',
    text: resultFile(0.5).replace('value: 0.5', 'value: "0.5"'),
    place: /\.eval_results\/sums\.yaml:4:10 error\[value-not-number\]/,
    hint: true,
  },
  {
    name: 'a result without task_id',
    type: 'model',
    path: '.eval_results/sums.yaml',
    text: resultFile(0.5).replace('    task_id: sums\n', ''),
    place: /\.eval_results\/sums\.yaml:\d+:\d+ error\[/,
    hint: true,
  },
];

// compat: git.checks, errors.issues
test('a push with a broken file is refused whole, with place and remedy, and no ref moves', async (t) => {
  const hub = await startTestHub(t);
  const folder = await createTemporaryFolder(t);
  await createOrg(hub.connection, { name: 'pushers' });
  for (const [at, one] of CASES.entries()) {
    await t.test(one.name, async () => {
      const repo = { type: one.type, name: `pushers/case-${at}` } as const;
      await createRepo(hub.connection, repo);
      const path = one.type === 'dataset' ? `datasets/${repo.name}` : repo.name;
      const clone = join(folder, String(at));
      await cloneInto(clone, hub.url, path, hub.token);
      const before = await mustGit(clone, ['ls-remote', 'origin']);
      await writeFile(join(clone, 'good.txt'), 'this file has nothing wrong\n');
      await mkdir(dirname(join(clone, one.path)), { recursive: true });
      await writeFile(join(clone, one.path), one.text);
      const pushed = await commitAndPush(clone, 'Try it');
      assert.notEqual(pushed.code, 0);
      const remote = pushed.stderr
        .split('\n')
        .filter((line) => line.startsWith('remote:'))
        .join('\n');
      assert.match(remote, one.place);
      if (one.hint) assert.match(remote, /hint: \S/);
      assert.equal(await mustGit(clone, ['ls-remote', 'origin']), before);
    });
  }
});

// compat: errors.issues
test('the same file is refused by the REST commit, with its issues in the answer', async (t) => {
  const hub = await startTestHub(t);
  await createOrg(hub.connection, { name: 'pushers' });
  const repo = { type: 'model', name: 'pushers/m' } as const;
  await createRepo(hub.connection, repo);
  const before = await readRefs(hub.connection, repo, { pullRequests: true });
  for (const createPullRequest of [false, true]) {
    const bad = { kind: 'put', path: '.eval_results/sums.yaml', content: '- value: high\n' } as const;
    await assert.rejects(
      createCommit(hub.connection, repo, { summary: 'Try it', changes: [bad], createPullRequest }),
      (error: unknown) => {
        assert.ok(error instanceof ClientError);
        assert.equal(error.status, 400);
        assert.match(JSON.stringify(error.body), /\.eval_results\/sums\.yaml:1:\d+/);
        return true;
      },
    );
  }
  assert.deepEqual(await readRefs(hub.connection, repo, { pullRequests: true }), before);
});
