import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createGitStore } from '../git/git-store.ts';
import { createChance, plainGit } from '../testing/plain-git.ts';
import type { RefRow } from './facts.ts';
import { findTouchedPulls } from './touched-pulls.ts';

const count = 10;
const repoId = (seed: number) => seed.toString(16).padStart(24, '0');

/** Commits that stand on one or two of the three before them; each is a pull request too. */
function makeHistory(dir: string, seed: number): string[] {
  const dice = createChance(seed);
  const lines: string[] = [];
  for (let at = 1; at <= count; at += 1) {
    const [parent, other] = [Math.max(1, at - 1 - dice(3)), Math.max(1, at - 1 - dice(4))];
    lines.push(
      `commit refs/pr/${at}`,
      `committer A <a@example.test> ${1_700_000_000 + at} +0000`,
      'data 1\nx',
    );
    if (at > 1) lines.push(`from refs/pr/${parent}`);
    if (at > 3 && other !== parent && dice(3) === 0) lines.push(`merge refs/pr/${other}`);
    lines.push(`M 100644 inline f${at}`, 'data 1\nx', '');
  }
  plainGit(dir, ['fast-import', '--quiet', '--force', '--depth=0'], lines.join('\n'));
  return Array.from({ length: count }, (_, at) => plainGit(dir, ['rev-parse', `refs/pr/${at + 1}`]));
}

test('a pull request that is not named keeps its merge base, however main moves', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-touched-'));
  const store = await createGitStore({ reposDir: join(folder, 'repos'), tmpDir: join(folder, 'tmp') });
  t.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  let [kept, all] = [0, 0];
  for (let seed = 1; seed <= 3; seed += 1) {
    const id = repoId(seed);
    await store.init(id);
    const commits = makeHistory(store.dir(id), seed);
    const reader = store.reader(id);
    const bases = new Map<string, string | null>();
    for (const a of commits) for (const b of commits) bases.set(`${a} ${b}`, await reader.mergeBase(a, b));
    for (const was of commits)
      for (const is of commits) {
        const pulls = commits.map((oid, at): RefRow => {
          const base_oid = bases.get(`${was} ${oid}`)!;
          return { repo_id: id, ref: `refs/pr/${at + 1}`, commit_oid: oid, base_oid };
        });
        const touched = await findTouchedPulls({ git: reader, refs: reader }, { was, is }, pulls);
        if (touched === null) {
          all += 1;
          continue;
        }
        for (const { ref, commit_oid, base_oid } of pulls) {
          if (touched.has(ref)) continue;
          kept += 1;
          assert.equal(bases.get(`${is} ${commit_oid}`), base_oid, `${seed}: ${was} -> ${is}, ${ref}`);
        }
      }
  }
  assert.ok(kept > 300 && all > 30, `${kept} kept, ${all} moves of which nothing was known`);
});
