import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { attestResult } from '../../packages/hub/src/testing/attested-result.ts';
import { askJson, commitFiles } from '../../packages/hub/src/testing/hub-client.ts';
import { withHub } from '../../packages/hub/src/testing/with-hub.ts';
import { readyEnvironment } from '../compat/python-clients.ts';
import { startProgram } from '../support/assay.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const PACKAGES = ['securesystemslib[crypto]==1.5.0', 'PyJWT[crypto]==2.15.0'];
const SCRIPT = fileURLToPath(new URL('check_statement.py', import.meta.url));

test('securesystemslib and PyJWT accept envelopes and tokens as they are, and none with a changed byte', async (t) => {
  const python = await readyEnvironment('statements', [PACKAGES]).catch((error: Error) => error.message);
  if (!python.startsWith('/')) return t.skip(python);
  const folder = await createTemporaryFolder(t);
  await withHub(async (hub) => {
    const alice = await hub.user('alice');
    const { entry, statementDigest } = await attestResult(hub, alice);
    await commitFiles(hub, alice, { repo: 'alice/m', files: { '.eval_results/sums.yaml': entry } });
    await hub.context.tlog.flush();
    const { results } = (await askJson(hub, 'GET', '/api/assay/models/alice/m/results')).body;
    const bundle = (await askJson(hub, 'GET', `/api/assay/results/${results[0].id}/bundle`)).body;
    const jwks = (await askJson(hub, 'GET', '/.well-known/jwks.json')).body;

    const { payload, signatures } = bundle.envelope;
    const token: string = bundle.result.entry.verifyToken;
    const withToken = (changed: string) => ({
      ...bundle,
      result: { ...bundle.result, entry: { ...bundle.result.entry, verifyToken: changed } },
    });
    const withEnvelope = (change: object) => ({ ...bundle, envelope: { ...bundle.envelope, ...change } });
    const forgeries = [
      withEnvelope({ payload: flip(payload, 40) }),
      withEnvelope({ payloadType: 'application/json' }),
      withEnvelope({ signatures: [{ ...signatures[0], sig: flip(signatures[0].sig, 9) }] }),
      withToken(flip(token, token.indexOf('.') + 5)),
      withToken(flip(token, token.length - 20)),
    ];
    const files = await Promise.all(
      [bundle, ...forgeries].map(async (each, at) => {
        const path = join(folder, `${at}.json`);
        await writeFile(path, JSON.stringify(each));
        return path;
      }),
    );
    const keys = join(folder, 'jwks.json');
    await writeFile(keys, JSON.stringify(jwks));
    const done = await startProgram(python, [SCRIPT, keys, ...files], { env: {} }).finished;
    assert.equal(done.code, 0, done.stderr);
    const [good, ...bad] = done.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(good, { ok: true, digest: statementDigest, value: 0.7 });
    assert.deepEqual(
      bad.map(({ ok }) => ok),
      forgeries.map(() => false),
    );
  });
});

/** Another letter of base64 in that place. */
function flip(text: string, at: number): string {
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}
