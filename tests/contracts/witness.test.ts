import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  assertSignedBy,
  formatAddCheckpoint,
  formatCheckpoint,
  formatNote,
  parseNote,
  parseVerifierKey,
  signNote,
} from '@assay/proof';
import { listen } from '../../packages/hub/src/http/server.ts';
import { attestResult } from '../../packages/hub/src/testing/attested-result.ts';
import { askJson, commitFiles } from '../../packages/hub/src/testing/hub-client.ts';
import { withHub } from '../../packages/hub/src/testing/with-hub.ts';
import { parseWitnessAddress } from '../../packages/hub/src/tlog/witness-address.ts';
import { runAssay } from '../support/assay.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { startWitness } from '../support/witness.ts';

test('the hub gets its checkpoints cosigned, and says so in bundles; a witness that restarts refuses another history', async (t) => {
  const folder = await createTemporaryFolder(t);
  const data = join(folder, 'witness');
  await withHub(async (hub) => {
    const { tlog, db } = hub.context;
    const first = await startWitness(t, { folder: data, log: tlog.verifierKey });
    const witness = parseWitnessAddress(first.address);
    // The hub of this test is told of its witness after its start.
    const { createWitnessAsker } = await import('../../packages/hub/src/tlog/witnesses.ts');
    const readTile = (address: Parameters<typeof tlog.tile>[1]) => tlog.tile('hashes', address);
    const ask = createWitnessAsker(
      { db, log: hub.context.log, witnesses: [witness], readTile },
      async () => {},
    );
    const alice = await hub.user('alice');
    const { entry } = await attestResult(hub, alice);
    await tlog.flush();
    assert.equal(await ask(), 1);
    await commitFiles(hub, alice, { repo: 'alice/m', files: { '.eval_results/sums.yaml': entry } });
    await tlog.flush();
    assert.equal(await ask(), 1);
    assert.equal(await ask(), 0);
    const published = (await tlog.published())!;
    assert.ok(assertSignedBy(parseNote(Buffer.from(published.note)), witness.key).time);

    const server = await listen(hub, { port: 0, host: '127.0.0.1' });
    const { results } = (await askJson(hub, 'GET', '/api/assay/models/alice/m/results')).body;
    const env = { HF_ENDPOINT: server.url };
    const flags = ['--vkey', tlog.verifierKey, '--witness', witness.verifierKey, '--strict'];
    const verified = await runAssay(['verify', results[0].id, ...flags], { env });
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    await server.close();

    const kept = await readFile(join(data, 'trees.json'), 'utf8');
    await first.stop();
    const second = parseWitnessAddress(
      (await startWitness(t, { folder: data, log: tlog.verifierKey })).address,
    );
    assert.equal(second.verifierKey, witness.verifierKey);
    const post = (body: string) => fetch(`${second.url}/add-checkpoint`, { method: 'POST', body });
    const { secretKey } = await db.one<{ secretKey: Buffer }>(
      `SELECT secret_key AS "secretKey" FROM record.signing_keys WHERE purpose = 'log'`,
    );
    const { size } = published;
    const sign = (at: number, root: Uint8Array, name = tlog.origin) => {
      const text = formatCheckpoint({ origin: name, size: at, root, extensions: [] });
      return formatNote({ text, signatures: [signNote(text, name, secretKey)] });
    };
    const other = new Uint8Array(32).fill(7);
    const statuses: [number, string][] = [
      [409, formatAddCheckpoint({ oldSize: size, proof: [], checkpoint: sign(size, other) })],
      [409, formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: sign(size - 1, other) })],
      [409, formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: sign(size + 9, other) })],
      [422, formatAddCheckpoint({ oldSize: size, proof: [other], checkpoint: sign(size + 1, other) })],
      [400, formatAddCheckpoint({ oldSize: size, proof: [], checkpoint: sign(size - 1, other) })],
      [404, formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: sign(1, other, 'strange.test/tlog') })],
      [
        403,
        formatAddCheckpoint({
          oldSize: size,
          proof: [],
          checkpoint: sign(size, published.root).replace(
            / \S+\n$/,
            ` ${Buffer.alloc(68).toString('base64')}\n`,
          ),
        }),
      ],
      [400, 'nothing of this kind'],
    ];
    for (const [status, body] of statuses) {
      const answer = await post(body);
      assert.equal(answer.status, status, body);
      const text = await answer.text();
      if (status === 409) assert.equal(text, `${size}\n`);
    }
    assert.equal(await readFile(join(data, 'trees.json'), 'utf8'), kept);
  });
});

test('a monitor remembers, and alerts when two places show two histories, or one goes back', async (t) => {
  const folder = await createTemporaryFolder(t);
  const secret = Buffer.alloc(32, 3);
  const origin = 'split.test/tlog';
  const jwk = createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]),
    format: 'der',
    type: 'pkcs8',
  }).export({ format: 'jwk' });
  const sign = (size: number, fill: number) => {
    const text = formatCheckpoint({ origin, size, root: Buffer.alloc(32, fill), extensions: [] });
    return formatNote({ text, signatures: [signNote(text, origin, secret)] });
  };
  const { createNoteKey, formatVerifierKey } = await import('@assay/proof');
  const vkey = formatVerifierKey(createNoteKey(origin, Buffer.from(jwk.x!, 'base64url')));
  assert.equal(parseVerifierKey(vkey).name, origin);
  const shown = new Map<string, string>();
  const serve = async (name: string): Promise<string> => {
    const server = createServer((request, response) => {
      if (request.url === '/tlog/checkpoint') response.end(shown.get(name));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const [a, b] = [await serve('a'), await serve('b')];
  const state = join(folder, 'state.json');
  const look = async (...urls: string[]) =>
    (await runAssay(['monitor', ...urls, '--state', state, '--vkey', vkey], {})).code;
  shown.set('a', sign(5, 1));
  shown.set('b', sign(5, 1));
  assert.equal(await look(a, b), 0);
  shown.set('b', sign(5, 2));
  assert.equal(await look(a, b), 3);
  await writeFile(state, JSON.stringify({ verifierKey: vkey, checkpoints: [sign(5, 1)] }));
  shown.set('a', sign(4, 9));
  assert.equal(await look(a), 3);
  await writeFile(state, JSON.stringify({ verifierKey: vkey, checkpoints: [] }));
  shown.set('a', `${sign(5, 1).slice(0, -8)}AAAAAAA\n`);
  assert.equal(await look(a), 3);
  assert.equal(await look('http://127.0.0.1:9'), 1);
});
