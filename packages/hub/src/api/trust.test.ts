import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { checkProofs, parseBundle, parseStatement, parseVerifierKey, toStatementBytes } from '@assay/proof';
import { canonicalJson } from '@assay/spec';
import { audienceOf } from '../attest/accept-ci-statement.ts';
import { attestResult, toEntryText } from '../testing/attested-result.ts';
import { askJson, commitFiles, evalYamlText, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

const visit = { purpose: 'visit' } as const;
const file = '.eval_results/sums.yaml';

async function firstResult(hub: TestHub) {
  const { results } = (await askJson(hub, 'GET', '/api/assay/models/alice/m/results')).body;
  return results[0];
}

async function withResult(hub: TestHub, alice: TestUser) {
  const result = await attestResult(hub, alice);
  await commitFiles(hub, alice, { repo: 'alice/m', files: { [file]: result.entry } });
  await hub.context.tlog.flush();
  return { ...result, id: (await firstResult(hub)).id };
}

test('a bundle proves the result to someone who knows the log; a revoked key shows in it', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    const admin = await hub.user('root', { isAdmin: true });
    const { id } = await withResult(hub, alice);
    const trust = { logs: [parseVerifierKey(hub.context.tlog.verifierKey)], witnesses: [] };
    const read = async () => {
      const answer = await hub.ask('GET', `/api/assay/results/${id}/bundle`);
      assert.equal(answer.status, 200);
      return parseBundle(await answer.bytes());
    };
    const outcomes = async () =>
      checkProofs(await read(), trust).steps.map(({ name, outcome, code }) => [name, code ?? outcome]);
    const good = ['statement', 'token', 'entry', 'key', 'leaves', 'checkpoint'].map((name) => [name, 'done']);
    assert.deepEqual(await outcomes(), [...good, ['witnesses', 'not-possible']]);

    const { keys } = (await askJson(hub, 'GET', '/api/assay/keys')).body;
    await askJson(hub, 'POST', '/api/assay/keys/rotate', { as: admin });
    await hub.context.tlog.flush();
    assert.deepEqual(await outcomes(), [...good, ['witnesses', 'not-possible']]);
    const refused = await askJson(hub, 'POST', `/api/assay/keys/${keys[0].id}/revoke`, {
      as: alice,
      json: { reason: 'x' },
    });
    assert.equal(refused.status, 403);
    await askJson(hub, 'POST', `/api/assay/keys/${keys[0].id}/revoke`, {
      as: admin,
      json: { reason: 'stolen' },
    });
    await hub.context.tlog.flush();
    assert.deepEqual((await outcomes())[3], ['key', 'key-revoked']);
  }, visit));

test('a statement about a private benchmark is for its readers alone', () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    const result = await attestResult(hub, alice, { privateData: true });
    await commitFiles(hub, alice, { repo: 'alice/m', files: { [file]: result.entry } });
    await hub.context.tlog.flush();
    const { id } = await firstResult(hub);
    for (const path of [
      `/api/assay/statements/${result.statementDigest}`,
      `/api/assay/results/${id}/bundle`,
    ]) {
      assert.equal((await askJson(hub, 'GET', path)).status, 404);
      assert.equal((await askJson(hub, 'GET', path, { as: bob })).status, 404);
      assert.equal((await askJson(hub, 'GET', path, { as: alice })).status, 200);
    }
    const bundle = (await askJson(hub, 'GET', `/api/assay/results/${id}/bundle`, { as: alice })).body;
    assert.match(bundle.sampleSalt, /^[0-9a-f]{64}$/);
    const steps = checkProofs(bundle, { logs: [], witnesses: [] }).steps;
    assert.deepEqual(
      steps.filter(({ outcome }) => outcome === 'failed'),
      [],
    );
  }, visit));

test('another hub is believed once its log is named: its result verifies here, until it is distrusted or takes its key back', () =>
  withHub(
    async (origin) =>
      withHub(async (hub) => {
        const first = await withResult(origin, await origin.user('alice'));
        const there = await origin.user('root', { isAdmin: true });
        const bundle = async () => (await origin.ask('GET', `/api/assay/results/${first.id}/bundle`)).bytes();
        const [alice, admin] = [await hub.user('alice'), await hub.user('root', { isAdmin: true })];
        await makeRepo(hub, alice, { name: 'm' });
        await makeRepo(hub, alice, { type: 'dataset', name: 'sums' });
        await commitFiles(hub, alice, {
          type: 'dataset',
          repo: 'alice/sums',
          files: { 'eval.yaml': evalYamlText },
        });
        await commitFiles(hub, alice, { repo: 'alice/m', files: { [file]: first.entry } });
        const pull = async () =>
          hub.ask('POST', '/api/assay/statements/bundle?url=http://origin.test', {
            as: alice,
            body: await bundle(),
          });
        assert.equal((await pull()).status, 422);

        const json = {
          kind: 'hub',
          name: 'Origin',
          url: 'http://origin.test',
          level: 'worker',
          logKey: origin.context.tlog.verifierKey,
        };
        assert.equal(
          (await askJson(hub, 'POST', '/api/assay/trust/issuers', { as: alice, json })).status,
          403,
        );
        const issuer = await askJson(hub, 'POST', '/api/assay/trust/issuers', { as: admin, json });
        assert.equal(issuer.status, 201);
        assert.equal((await firstResult(hub)).verification.code, 'unknown-token');
        assert.equal((await pull()).status, 201);
        assert.equal((await firstResult(hub)).verification.code, 'not-covered');
        await hub.context.tlog.flush();
        const { standing, verification } = await firstResult(hub);
        assert.deepEqual([standing, verification.issuer], ['verified', 'Origin']);
        const told = await askJson(hub, 'GET', `/api/assay/statements/${verification.statement}`);
        assert.equal(told.body.origin.url, 'http://origin.test');

        const path = `/api/assay/trust/issuers/${issuer.body.id}`;
        await askJson(hub, 'PATCH', path, { as: admin, json: { level: 'ci' } });
        assert.equal((await firstResult(hub)).verification.code, 'level-too-low');
        await askJson(hub, 'PUT', '/api/assay/trust/policy', { as: admin, json: { verifiedLevel: 'ci' } });
        assert.equal((await firstResult(hub)).standing, 'verified');
        assert.equal((await hub.ask('DELETE', path, { as: admin })).status, 204);
        assert.equal((await firstResult(hub)).verification.code, 'issuer-distrusted');
        await askJson(hub, 'POST', '/api/assay/trust/issuers', { as: admin, json });
        assert.equal((await firstResult(hub)).standing, 'verified');

        const { keys } = (await askJson(origin, 'GET', '/api/assay/keys')).body;
        await askJson(origin, 'POST', `/api/assay/keys/${keys[0].id}/revoke`, {
          as: there,
          json: { reason: 'leaked' },
        });
        await origin.context.tlog.flush();
        assert.equal((await pull()).status, 422);
        const fallen = await firstResult(hub);
        assert.equal(fallen.verification.code, 'key-revoked');
        assert.match(fallen.verification.reason, /leaked/);
      }, visit),
    visit,
  ));

test('a CI run vouches with a token for one statement, from one workflow, while it lasts', () =>
  withHub(async (hub) => {
    const [alice, admin] = [await hub.user('alice'), await hub.user('root', { isAdmin: true })];
    const own = await attestResult(hub, alice);
    const { envelope } = (await askJson(hub, 'GET', `/api/assay/statements/${own.statementDigest}`)).body;
    const statement = parseStatement(Buffer.from(envelope.payload, 'base64'));
    const url = 'https://ci.test';
    const payload = Buffer.from(
      toStatementBytes({ ...statement, predicate: { ...statement.predicate, issuer: url } }),
    );
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1' }] };
    const subject = 'repo:alice/evals:*';
    const issuer = { kind: 'ci', name: 'CI', url, level: 'ci', subject, keys };
    assert.equal(
      (
        await askJson(hub, 'POST', '/api/assay/trust/issuers', {
          as: admin,
          json: { ...issuer, level: 'worker' },
        })
      ).status,
      422,
    );
    assert.equal(
      (await askJson(hub, 'POST', '/api/assay/trust/issuers', { as: admin, json: issuer })).status,
      201,
    );

    const now = Math.floor(Date.now() / 1000);
    const good = {
      iss: url,
      sub: 'repo:alice/evals:ref:refs/heads/main',
      aud: audienceOf(sha256(payload)),
      iat: now,
      exp: now + 300,
    };
    const toToken = (claims: object, alg = 'ES256') => {
      const text = [{ alg, kid: 'k1' }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${text}.${signature.toString('base64url')}`;
    };
    const send = (token: string) =>
      askJson(hub, 'POST', '/api/assay/statements/ci', {
        as: alice,
        json: { payload: payload.toString('base64'), token },
      });
    for (const change of [
      { exp: now - 3600 },
      { nbf: now + 3600 },
      { aud: 'another' },
      { iss: 'https://x.test' },
      { sub: 'repo:bob/evals:x' },
    ])
      assert.equal((await send(toToken({ ...good, ...change }))).status, 422, JSON.stringify(change));
    assert.equal((await send(toToken(good, 'none'))).status, 422);
    const token = toToken(good);
    assert.equal((await send(token)).status, 201);

    await hub.context.tlog.flush();
    await commitFiles(hub, alice, { repo: 'alice/m', files: { [file]: toEntryText({ ...own, token }) } });
    assert.equal((await firstResult(hub)).verification.code, 'level-too-low');
    await askJson(hub, 'PUT', '/api/assay/trust/policy', { as: admin, json: { verifiedLevel: 'ci' } });
    assert.equal((await firstResult(hub)).standing, 'verified');
  }, visit));

test('policy, issuers and keys are open to read; secrets stay out, and each change is in log and audit', () =>
  withHub(async (hub) => {
    const admin = await hub.user('root', { isAdmin: true });
    const { body } = await askJson(hub, 'GET', '/api/assay/trust');
    assert.deepEqual([body.verifiedLevel, body.issuers[0].kind], ['worker', 'own']);
    const refused = await askJson(hub, 'PUT', '/api/assay/trust/policy', {
      as: admin,
      json: { verifiedLevel: 'claim' },
    });
    assert.equal(refused.status, 422);
    const { privateKey } = generateKeyPairSync('ed25519');
    const secret = { ...privateKey.export({ format: 'jwk' }), kid: 'k' };
    const json = {
      kind: 'ci',
      name: 'CI',
      url: 'https://ci.test',
      level: 'ci',
      subject: 'x',
      keys: [secret],
    };
    const told = await hub.ask('POST', '/api/assay/trust/issuers', { as: admin, json });
    assert.equal(told.status, 422);
    assert.ok(!(await told.text()).includes(String(secret.d)));
    await askJson(hub, 'PUT', '/api/assay/trust/policy', { as: admin, json: { verifiedLevel: 'ci' } });
    const { db } = hub.context;
    const kinds = await db.query('SELECT 1 FROM record.tlog_queue WHERE kind = $1', ['policy']);
    const audits = await db.query('SELECT 1 FROM record.audit WHERE action = $1', ['verified-level']);
    assert.deepEqual([kinds.length, audits.length], [1, 1]);
    assert.ok(!canonicalJson(body).includes('secret'));
  }, visit));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
