import assert from 'node:assert/strict';
import { createPublicKey, type KeyObject, verify as verifyNatively } from 'node:crypto';
import { test } from 'node:test';
import { canonicalJson } from '@assay/spec';
import { type Bundle, formatBundle, parseBundle } from './bundle.ts';
import {
  entryOf,
  type Forgery,
  kid,
  logKey,
  makeBundle,
  origin,
  predicateOf,
  witnessKey,
} from './bundle-fixture.ts';
import { toBase64Url, toUtf8 } from './bytes.ts';
import { checkProofs, type Trust, thumbprintOf } from './check-bundle.ts';
import { checkLog } from './check-log.ts';
import { createCompactTree } from './compact-tree.ts';
import { ProofError } from './error.ts';
import { commitTo } from './leaf.ts';
import { leafHash } from './merkle.ts';
import { parseReceipt } from './receipt.ts';
import { verifyStrictly } from './signature.ts';
import { toStatement, toStatementBytes } from './statement.ts';
import { tilesOf, toEntriesPath, toEntryBundle, toTilePath } from './tiles.ts';
import { signToken } from './token.ts';

const keys = new Map<string, KeyObject>();

/** OpenSSL's, for speed: a second implementation that must refuse the same. */
const native: Trust['verify'] = (signature, message, publicKey) => {
  const x = Buffer.from(publicKey).toString('base64url');
  const key = keys.get(x) ?? createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  keys.set(x, key);
  return signature.length === 64 && verifyNatively(null, message, key, signature);
};
const trust: Trust = { logs: [logKey], witnesses: [witnessKey], verify: native };

/** The code under which a bundle is refused; null when all holds. */
function refusalOf(bytes: Uint8Array, by: Trust = trust): string | null {
  try {
    const { steps } = checkProofs(parseBundle(bytes), by);
    const bad = steps.find(({ outcome }) => outcome !== 'done');
    return bad ? (bad.code ?? bad.outcome) : null;
  } catch (error) {
    if (error instanceof ProofError) return error.code;
    throw error;
  }
}

const refusal = async (forgery: Forgery, by?: Trust) =>
  refusalOf(formatBundle(await makeBundle(forgery)), by);

test('a good bundle holds, step by step, under our own signatures and under those of OpenSSL', async () => {
  const bundle = await makeBundle();
  for (const verify of [undefined, native]) {
    const by = { logs: [logKey], witnesses: [witnessKey], ...(verify && { verify }) };
    assert.equal(refusalOf(formatBundle(bundle), by), null);
  }
  assert.equal(await refusal({ order: ['made', 'statement', 'token', 'retired'] }), null);
});

test('no changed byte of a bundle is accepted: statement, token, entry, leaves, proofs, checkpoint, cosignature', async () => {
  const bytes = formatBundle(await makeBundle({ order: ['other', 'made', 'statement', 'token', 'retired'] }));
  const codes = new Set<string>();
  for (let at = 0; at < bytes.length; at += 1) {
    // Never the bit that only turns the case of a letter: names are compared without it.
    const bent = Uint8Array.from(bytes);
    bent[at] = bent[at]! ^ (1 << (at % 5));
    const code = refusalOf(bent);
    assert.notEqual(
      code,
      null,
      `byte ${at} of ${bytes.length}: ${Buffer.from(bytes.subarray(at - 20, at + 20))}`,
    );
    codes.add(code!);
  }
  for (const code of [
    'bad-bundle',
    'signature-mismatch',
    'root-mismatch',
    'bad-base64',
    // One of several receipts whose cosignature was bent is under another checkpoint than the rest.
    'bad-note',
  ])
    assert.ok(codes.has(code), `${code} of ${[...codes]}`);
});

test('each forgery is refused, each under a code of its own', async () => {
  const swapped = toStatement(predicateOf());
  const other = predicateOf({ model: 'evil/model' });
  const token = signToken(
    { iss: 'https://hub.example', sub: 'org/model', statement: 'c'.repeat(64), iat: 1 },
    kid,
    new Uint8Array(32).fill(5),
  );
  const entry = (change: object) => ({ ...entryOf(predicateOf(), ''), ...change });
  const { verifyToken: _, ...claims } = entry({});
  const dataset = claims.dataset as object;
  const forgeries: [string, Forgery][] = [
    ['bad-subject', { payload: toStatementBytes({ ...swapped, subject: swapped.subject.toReversed() }) }],
    ['bad-statement', { payload: toUtf8(JSON.stringify(swapped, null, 1)) }],
    ['token-mismatch', { claims: { statement: 'c'.repeat(64) } }],
    ['token-misplaced', { claims: { sub: 'evil/model' } }],
    ['signature-mismatch', { entry: { verifyToken: token } }],
    ['other-model', { model: 'evil/model' }],
    ['other-dataset', { entry: { dataset: { ...dataset, id: 'org/other' } } }],
    ['other-task', { entry: { dataset: { ...dataset, task_id: 'x' } } }],
    ['other-revision', { entry: { dataset: { ...dataset, revision: 'f'.repeat(40) } } }],
    ['other-value', { entry: { value: 0.76 } }],
    ['other-setup', { entry: { notes: 'temperature=1' } }],
    ['key-early', { order: ['statement', 'made', 'token'] }],
    ['key-retired', { order: ['made', 'retired', 'statement', 'token'] }],
    ['key-revoked', { order: ['made', 'statement', 'token', 'revoked'] }],
    ['witness-missing', { cosign: 'none' }],
    ['cosignature-mismatch', { cosign: 'wrong' }],
  ];
  for (const [code, forgery] of forgeries) assert.equal(await refusal(forgery), code);
  assert.equal(await refusal({ predicate: other, model: 'evil/model' }), null, 'honest about another model');

  const strange = { ...trust, logs: [witnessKey] };
  assert.equal(await refusal({}, strange), 'unknown-log');
  const stolen: Forgery = { logSecret: new Uint8Array(32).fill(8) };
  assert.equal(await refusal(stolen), 'signature-mismatch');
  const bundle = await makeBundle();
  const bent = (change: Partial<Bundle>) => refusalOf(formatBundle({ ...bundle, ...change }));
  const { statement } = bundle.leaves;
  assert.equal(bent({ leaves: { statement, token: statement } }), 'leaf-mismatch');
  const receipt = bundle.leaves.token.receipt;
  assert.equal(bent({ leaves: { ...bundle.leaves, statement: { ...statement, receipt } } }), 'root-mismatch');
  assert.equal(bent({ key: { made: statement } }), 'leaf-mismatch');
  const made = { ...bundle.key.made, leaf: bundle.key.made.leaf.replace(kid, 'A'.repeat(kid.length)) };
  assert.equal(bent({ key: { made } }), 'key-mismatch');
  const opening = { salt: '0'.repeat(64), content: '{}' };
  assert.equal(bent({ key: { made: { ...bundle.key.made, opening } } }), 'content-mismatch');
  assert.equal(refusalOf(toUtf8(`${canonicalJson(bundle)} `)), 'bad-bundle');
  assert.equal(refusalOf(toUtf8(JSON.stringify(bundle, null, 1))), 'bad-bundle');
});

test('what a stranger signs to bring the checker down is refused like everything else', async () => {
  const bundle = await makeBundle();
  const bent = (change: Partial<Bundle>) => refusalOf(toUtf8(JSON.stringify({ ...bundle, ...change })));
  const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;
  const said = (value: unknown) => ({
    result: { ...bundle.result, entry: { ...bundle.result.entry, value } },
  });
  // Canonical, and so refused only for what is in it.
  const deep = formatBundle({ ...bundle, ...said('DEEP') });
  const brackets = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  assert.equal(refusalOf(toUtf8(Buffer.from(deep).toString().replace('"DEEP"', brackets))), 'bad-bundle');
  assert.equal(refusalOf(formatBundle({ ...bundle, ...said(nested(90)) })), 'other-value');
  assert.equal(bent(said('\ud800')), 'bad-bundle');
  const endless = Buffer.from(deep).toString().replace('"DEEP"', '1e999');
  assert.equal(refusalOf(toUtf8(endless)), 'bad-bundle');
  assert.equal(await refusal({ claims: { iat: 1e300 } }), 'bad-token');

  for (const length of [0, 31, 33]) {
    const short = new Uint8Array(length).fill(1);
    const leaf = JSON.parse(bundle.key.made.leaf) as Record<string, unknown>;
    const made = canonicalJson({ ...leaf, key: thumbprintOf(short), publicKey: toBase64Url(short) });
    const key = { made: { ...bundle.key.made, leaf: made } };
    for (const verify of [native, verifyStrictly])
      assert.equal(refusalOf(formatBundle({ ...bundle, key }), { ...trust, verify }), 'bad-key');
  }
  const salt = '0'.repeat(64);
  for (const content of ['nothing', 'null', '7']) {
    const leaf = JSON.parse(bundle.key.made.leaf) as Record<string, unknown>;
    const made = canonicalJson({ ...leaf, content: commitTo(Buffer.from(salt, 'hex'), content) });
    const key = { made: { ...bundle.key.made, leaf: made, opening: { salt, content } } };
    assert.equal(refusalOf(formatBundle({ ...bundle, key })), 'bad-leaf');
  }
});

test('no changed byte of tile, entries or checkpoint is accepted, nor a log that was cut', async () => {
  const { leaves, key } = await makeBundle();
  const logged = [key.made, leaves.statement, leaves.token];
  const bundle = await makeBundle({ order: ['made', 'statement', 'token'], cosign: 'none' });
  const whole = [bundle.key.made, bundle.leaves.statement, bundle.leaves.token].map(({ leaf }) =>
    toUtf8(leaf),
  );
  assert.equal(logged.length, whole.length);
  const tree = createCompactTree();
  for (const leaf of whole) tree.append(leafHash(leaf));
  const { checkpoint } = parseReceipt(toUtf8(bundle.key.made.receipt));
  const files = new Map([['checkpoint', toUtf8(checkpoint)]]);
  for (const address of tilesOf(whole.length)) {
    files.set(toTilePath(address), Buffer.concat(tree.partialTiles()[0]!.hashes));
    files.set(toEntriesPath(address.index, address.width), toEntryBundle(whole));
  }
  const codesOf = async (bent: Map<string, Uint8Array>, known: string[] = []) =>
    (await checkLog({ read: async (path) => bent.get(path) ?? null, key: logKey, known })).problems.map(
      ({ code }) => code,
    );
  assert.deepEqual(await codesOf(files), []);
  for (const [path, bytes] of files) {
    for (let at = 0; at < bytes.length; at += 1) {
      const bent = Uint8Array.from(bytes);
      bent[at] = bent[at]! ^ (1 << (at % 8));
      assert.notDeepEqual(await codesOf(new Map(files).set(path, bent)), [], `${path} byte ${at}`);
    }
  }
  const longer = parseReceipt(toUtf8((await makeBundle()).key.made.receipt)).checkpoint;
  assert.ok((await codesOf(files, [longer])).includes('log-shrunk'));
  assert.equal(parseReceipt(toUtf8(bundle.key.made.receipt)).checkpoint.split('\n')[0], origin);
});
