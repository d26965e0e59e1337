import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOrg, createRepo, readModelResults } from '@assay/client';
import { runAssay } from '../support/assay.ts';
import { cloneInto, commitAndPush, mustGit, runGit } from '../support/git.ts';
import { startTestHub, type TestHub } from '../support/hub.ts';
import { resultFile } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const REPOS = 4;
const PUSHES_EACH = 50;
/** The hub is killed when so many pushes have been acknowledged, while others are on their way. */
const KILL_AFTER = [30, 90, 150];
const RETRY_MS = 200;

interface Ledger {
  acknowledged: number;
  /** Set while the hub is down or coming up. */
  reviving: Promise<void> | null;
  kills: number[];
  /** By clone: the head that was acknowledged last. */
  heads: Map<string, string>;
}

test('kill -9 in the middle of 200 pushes loses nothing that was acknowledged', async (t) => {
  const hub = await startTestHub(t);
  const folder = await createTemporaryFolder(t);
  await createOrg(hub.connection, { name: 'survivors' });
  const ledger: Ledger = { acknowledged: 0, reviving: null, kills: [...KILL_AFTER], heads: new Map() };
  const names = Array.from({ length: REPOS }, (_, at) => `survivors/model-${at}`);
  for (const name of names) await createRepo(hub.connection, { type: 'model', name });

  const heads = await Promise.all(
    names.map((name, at) => pushMany(hub, name, join(folder, String(at)), ledger)),
  );
  await ledger.reviving;
  assert.equal(ledger.kills.length, 0, 'the hub was killed as often as planned');
  assert.equal(ledger.acknowledged, REPOS * PUSHES_EACH);

  for (const [at, name] of names.entries()) {
    const head = await mustGit(join(folder, String(at)), ['ls-remote', 'origin', 'refs/heads/main']);
    assert.equal(head.split('\t')[0], heads[at]);
    const { results } = await readModelResults(hub.connection, name);
    assert.equal(results.length, PUSHES_EACH);
  }
  await assertIndexEqualsRebuild(hub);
});

/** Pushes one result file after the other; gives the head that the last acknowledged push left. */
async function pushMany(hub: TestHub, name: string, clone: string, ledger: Ledger): Promise<string> {
  await cloneInto(clone, hub.url, name, hub.token);
  await mkdir(join(clone, '.eval_results'));
  for (let at = 0; at < PUSHES_EACH; at += 1) {
    await writeFile(join(clone, '.eval_results', `run-${at}.yaml`), resultFile(at / 100, `Variant ${at}`));
    await ledger.reviving;
    let pushed = await commitAndPush(clone, `Add run ${at}`);
    for (let tries = 0; pushed.code !== 0; tries += 1) {
      assert.ok(tries < 100, `never acknowledged: ${pushed.stderr}`);
      await sleep(RETRY_MS);
      await ledger.reviving;
      pushed = await runGit(clone, ['push', '--quiet', 'origin', 'HEAD:refs/heads/main']);
    }
    ledger.acknowledged += 1;
    ledger.heads.set(clone, await mustGit(clone, ['rev-parse', 'HEAD']));
    if (ledger.kills[0] !== undefined && ledger.acknowledged >= ledger.kills[0]) {
      ledger.kills.shift();
      ledger.reviving = killAndCheck(hub, ledger);
    }
  }
  return ledger.heads.get(clone)!;
}

/**
 * Kills the hub, starts it again, and looks at once for everything acknowledged: a later push would bring a lost one
 * along and hide the loss. A ref may be ahead, by a push that was applied but whose answer was cut off.
 */
async function killAndCheck(hub: TestHub, ledger: Ledger): Promise<void> {
  await hub.kill();
  const acknowledged = [...ledger.heads];
  await hub.restart();
  for (const [clone, head] of acknowledged) {
    const there = await mustGit(clone, ['ls-remote', 'origin', 'refs/heads/main']);
    const kept = await runGit(clone, ['merge-base', '--is-ancestor', head, there.split('\t')[0]!]);
    assert.equal(kept.code, 0, `${clone}: ${head} was acknowledged, main is at ${there}`);
  }
  await assertIndexEqualsRebuild(hub);
}

async function assertIndexEqualsRebuild(hub: TestHub): Promise<void> {
  const checked = await runAssay(['reindex', '--check', '--data', hub.dataDir], { env: hub.env });
  assert.equal(checked.code, 0, `${checked.stdout}${checked.stderr}`);
}
