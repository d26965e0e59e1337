import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHub, listen, loadConfig, silentLogger } from '@assay/hub';
import { assertSignedBy, parseCheckpoint, parseNote } from '@assay/proof';
import { attestResult } from '../../packages/hub/src/testing/attested-result.ts';
import { askJson, commitFiles } from '../../packages/hub/src/testing/hub-client.ts';
import { createTestDatabase, type TestDatabase } from '../../packages/hub/src/testing/test-cluster.ts';
import { type TestHub, toTestHub } from '../../packages/hub/src/testing/with-hub.ts';
import { parseWitnessAddress } from '../../packages/hub/src/tlog/witness-address.ts';
import { runAssay } from '../support/assay.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { startWitness } from '../support/witness.ts';

interface Place {
  database: TestDatabase;
  dataDir: string;
  /** Called from the last to the first. */
  closers: (() => Promise<void>)[];
}

/** A hub that serves: its own loops publish and ask. `said` is what it warned of. */
async function openHub({ database, dataDir, closers }: Place, witnesses: string) {
  const config = loadConfig(
    { ASSAY_WITNESSES: witnesses },
    { dataDir, databaseUrl: database.url, databaseConnections: '8' },
  );
  if (!config.ok) throw new Error(config.issues.map(({ message }) => message).join('; '));
  const said: { message: string; witness?: unknown }[] = [];
  const warn = (message: string, fields = {}) => void said.push({ message, ...fields });
  const hub = toTestHub(await createHub(config.value, { log: { ...silentLogger, warn } }));
  let open = true;
  const close = async () => {
    if (open) await hub.close();
    open = false;
  };
  closers.push(close);
  return { hub, said, close };
}

/** Looks until it holds; what never does ends with the deadline. */
async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; !(await holds()); await sleep(50))
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
}

const trustOf = async (hub: TestHub) => (await askJson(hub, 'GET', '/api/assay/trust')).body;

test('a hub asks the witnesses that its settings name; one that is down holds nothing up, is told of, and catches up', async (t) => {
  const dataDir = await createTemporaryFolder(t);
  const database = await createTestDatabase();
  const closers = [() => database.close()];
  t.after(async () => {
    for (const close of closers.reverse()) await close();
  });
  const place = { database, dataDir, closers };
  const folder = join(await createTemporaryFolder(t), 'witness');

  // The key of the log is known after its first start, the witness's address after the witness's.
  const first = await openHub(place, '');
  const { verifierKey: log } = first.hub.context.tlog;
  await first.close();
  const early = await startWitness(t, { folder, log });
  const witness = parseWitnessAddress(early.address);
  await early.stop();

  const alone = await openHub(place, early.address);
  const alice = await alone.hub.user('alice');
  const { entry } = await attestResult(alone.hub, alice);
  await commitFiles(alone.hub, alice, { repo: 'alice/m', files: { '.eval_results/sums.yaml': entry } });
  const standing = async (hub: TestHub) =>
    (await askJson(hub, 'GET', '/api/assay/models/alice/m/results')).body.results[0];
  await until(
    'published without its witness',
    async () => (await standing(alone.hub)).standing === 'verified',
  );
  await until('told of the witness', () =>
    alone.said.some((line) => line.message === 'a witness did not cosign' && line.witness === 'witness.test'),
  );
  const lonely = await trustOf(alone.hub);
  assert.ok(lonely.log.size > 0);
  assert.deepEqual(
    lonely.witnesses.map(({ name, size }: { name: string; size?: number }) => [name, size]),
    [['witness.test', undefined]],
  );
  await alone.close();

  const late = await startWitness(t, { folder, log, port: Number(new URL(witness.url).port) });
  assert.equal(late.address, early.address);
  const { hub, said } = await openHub(place, late.address);
  const served = async () => (await hub.ask('GET', '/tlog/checkpoint')).text();
  /** Everything that was ever to be logged is, under a checkpoint that the witness cosigned. */
  const isCosigned = async () => {
    const { wanted } = await hub.context.db.one<{ wanted: number }>(
      `SELECT (SELECT count(*) FROM record.acts) + (SELECT count(*) FROM record.tlog_queue) AS wanted`,
    );
    const { log: own, witnesses } = await trustOf(hub);
    return own.size === wanted && witnesses[0].size === wanted;
  };
  await until('the backlog cosigned', isCosigned);
  // A checkpoint that comes while it runs is cosigned too, with a proof that it grew.
  await commitFiles(hub, alice, {
    repo: 'alice/m',
    files: { '.eval_results/sums.yaml': `${entry}\n# again\n` },
  });
  const { entry: other } = await attestResult(hub, alice, { right: 8 });
  await commitFiles(hub, alice, { repo: 'alice/m', files: { '.eval_results/more.yaml': other } });
  await until('what is new cosigned', isCosigned);
  assert.deepEqual(said, []);
  const cosigned = parseNote(Buffer.from(await served()));
  assert.ok(assertSignedBy(cosigned, witness.key).time);
  await until(
    'the file cosigned',
    async () => (await readFile(join(dataDir, 'tlog', 'checkpoint'), 'utf8')) === (await served()),
  );

  const server = await listen(hub, { port: 0, host: '127.0.0.1' });
  closers.push(server.close);
  const flags = ['--vkey', log, '--witness', witness.verifierKey, '--strict'];
  const checked = await runAssay(['verify', 'alice/m', ...flags], { env: { HF_ENDPOINT: server.url } });
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);

  // Killed while it watches: the log goes on, and what was cosigned before stays what bundles carry.
  await late.stop('SIGKILL');
  const { size } = parseCheckpoint(cosigned.text);
  const { entry: third } = await attestResult(hub, alice, { right: 9 });
  await commitFiles(hub, alice, { repo: 'alice/m', files: { '.eval_results/third.yaml': third } });
  await until('published after its death', async () => (await trustOf(hub)).log.size > size);
  await until('told of its death', () => said.some(({ message }) => message === 'a witness did not cosign'));
  assert.equal((await trustOf(hub)).witnesses[0].size, size);
  const again = await runAssay(['verify', 'alice/m', ...flags], { env: { HF_ENDPOINT: server.url } });
  assert.equal(again.code, 1, 'the third result is under a checkpoint that no witness has seen');
  assert.equal(again.stdout.match(/\[witness-missing\]/g)?.length, 1, again.stdout);
});
