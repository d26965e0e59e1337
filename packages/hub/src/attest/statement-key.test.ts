import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { attestResult } from '../testing/attested-result.ts';
import { askJson } from '../testing/hub-client.ts';
import { type TestHub, withHub } from '../testing/with-hub.ts';
import { rotateKey } from './keys.ts';

const withSettings = (hub: TestHub, settings: object): TestHub => ({
  ...hub,
  context: { ...hub.context, config: { ...hub.context.config, ...settings } },
});

/** A key service as small as can be: it holds the key, and signs what it is given; or signs something else. */
const serviceText = (pem: string, faithful: boolean) => `#!${process.execPath}
const { createPrivateKey, createPublicKey, sign } = require('node:crypto');
const key = createPrivateKey(${JSON.stringify(pem)});
if (process.argv[2] === 'public') {
  console.log(Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x, 'base64url').toString('base64'));
} else {
  const message = Buffer.from(require('node:fs').readFileSync(0, 'utf8'), 'base64');
  console.log(sign(null, ${faithful ? 'message' : "Buffer.from('something else')"}, key).toString('base64'));
}
`;

test('the key may be a file or a key service; each change of it is a rotation in the log, and no secret is kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-keys-'));
  const makePem = () =>
    generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const put = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    await chmod(path, 0o700);
    return path;
  };
  try {
    await withHub(
      async (hub) => {
        const { db } = hub.context;
        const alice = await hub.user('alice');
        const admin = await hub.user('root', { isAdmin: true });
        await attestResult(hub, alice, { right: 1 });
        const inFile = withSettings(hub, { statementKeyFile: await put('key.pem', makePem()) });
        await attestResult(inFile, alice, { right: 2 });
        await assert.rejects(rotateKey(inFile.context, admin.actor), { code: 'conflict' });
        const command = await put('service.cjs', serviceText(makePem(), true));
        await attestResult(withSettings(hub, { statementKeyCommand: command }), alice, { right: 3 });
        const liar = await put('liar.cjs', serviceText(makePem(), false));
        await assert.rejects(
          attestResult(withSettings(hub, { statementKeyCommand: liar }), alice, { right: 4 }),
          {
            code: 'invalid-input',
          },
        );
        const broken = await put('broken.pem', 'not a key');
        await assert.rejects(
          attestResult(withSettings(hub, { statementKeyFile: broken }), alice, { right: 5 }),
          {
            code: 'invalid-input',
          },
        );
        await attestResult(hub, alice, { right: 6 });

        const { keys } = (await askJson(hub, 'GET', '/api/assay/keys')).body;
        assert.deepEqual(
          keys.map(({ held, state }: { held: string; state: string }) => `${held} ${state}`).toSorted(),
          ['command retired', 'database current', 'database retired', 'file retired'],
        );
        const kinds = await db.query<{ kind: string }>('SELECT kind FROM record.tlog_queue ORDER BY id');
        const changes = kinds.map(({ kind }) => kind).filter((kind) => kind.startsWith('key-'));
        assert.deepEqual(changes, ['key-made', ...Array(3).fill(['key-retired', 'key-made']).flat()]);
        const kept = await db.query(
          "SELECT 1 FROM record.signing_keys WHERE held <> 'database' AND secret_key IS NOT NULL",
        );
        assert.equal(kept.length, 0);
      },
      { purpose: 'visit' },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
