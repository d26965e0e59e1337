import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Bundle, LoggedLeaf } from './bundle.ts';
import { toBase64Url, toHex, toUtf8 } from './bytes.ts';
import { thumbprintOf } from './check-bundle.ts';
import { formatCheckpoint } from './checkpoint.ts';
import { signEnvelope, statementPayloadType } from './envelope.ts';
import { commitTo, toLeafBytes } from './leaf.ts';
import { leafHash, nodeHash, rootOf } from './merkle.ts';
import { cosignNote, createNoteKey, formatNote, formatVerifierKey, noteAlgorithm, signNote } from './note.ts';
import { readInclusionProof } from './prove.ts';
import { formatReceipt } from './receipt.ts';
import { type ResultPredicate, statementDigest, toStatement, toStatementBytes } from './statement.ts';
import { signToken } from './token.ts';

// A small world for tests and benches: a hub with a log, a witness, and results that it vouches for.

const secretOf = (n: number) => Uint8Array.from({ length: 32 }, (_, i) => (n * 31 + i * 7) % 256);
export const origin = 'hub.example/tlog';
const logSecret = secretOf(1);
const witnessSecret = secretOf(2);
const keySecret = secretOf(3);
const publicKey = ed25519.getPublicKey(keySecret);
export const kid = thumbprintOf(publicKey);
export const logKey = createNoteKey(origin, ed25519.getPublicKey(logSecret));
export const witnessKey = createNoteKey(
  'witness.example',
  ed25519.getPublicKey(witnessSecret),
  noteAlgorithm.cosignature,
);

const digest = 'a'.repeat(64);
const commit = 'b'.repeat(40);

export function predicateOf(change: { model?: string; value?: number } = {}): ResultPredicate {
  const { model = 'org/model', value = 0.75 } = change;
  return {
    issuer: 'https://hub.example',
    benchmark: { dataset: 'org/sums', commit, evalYaml: digest, task: 'main' },
    model: { repo: model, commit, name: 'openai-api/x/m', answered: ['m'] },
    setup: { text: '', digest, engine: '0.1.0', profile: 'inspect-0.3', templates: 'assay 1' },
    samples: {
      planned: 4,
      scored: 4,
      failed: 0,
      refused: 0,
      unparsed: 0,
      unscored: 0,
      missing: 0,
      root: digest,
      leaves: 4,
      salted: false,
    },
    metric: { name: 'accuracy', scorer: 'match', value, reported: value },
    log: { sha256: digest, size: 10, mediaType: 'application/zip' },
    run: {
      job: 'job-1',
      worker: 'w',
      startedAt: '2026-01-01T00:00:00.000Z',
      finishedAt: '2026-01-01T00:01:00.000Z',
    },
  };
}

/** What is signed and how it is logged; each member may be bent to make a forgery. */
export interface Forgery {
  predicate?: ResultPredicate;
  /** Bytes that are signed as the statement. */
  payload?: Uint8Array;
  /** What the token says; the digest of another statement, another model. */
  claims?: { statement?: string; sub?: string; iat?: number };
  entry?: Record<string, unknown>;
  model?: string;
  /** Leaves in their order; `other` stands for somebody's act. */
  order?: ('made' | 'statement' | 'token' | 'retired' | 'revoked' | 'other')[];
  /** Who signs the checkpoint, and the root it names. */
  logSecret?: Uint8Array;
  cosign?: 'none' | 'good' | 'wrong';
}

export function entryOf(predicate: ResultPredicate, token: string): Record<string, unknown> {
  const { dataset, commit: revision, task } = predicate.benchmark;
  return {
    dataset: { id: dataset, task_id: task, revision },
    value: predicate.metric.reported,
    verifyToken: token,
  };
}

const salt = new Uint8Array(32).fill(9);
const revocation = '{"reason":"stolen"}';
const leafOf = (kind: string, facts: object, content = '{}') =>
  toLeafBytes({ version: 1, kind, ...facts, content: commitTo(salt, content) });

type LeafName = NonNullable<Forgery['order']>[number];

/** Leaves that are the same for every result. */
const sharedLeaves = {
  made: leafOf('key-made', { key: kid, publicKey: toBase64Url(publicKey), purpose: 'statement' }),
  retired: leafOf('key-retired', { key: kid }),
  revoked: leafOf('key-revoked', { key: kid }, revocation),
  other: leafOf('act', {}),
};

/** Statement, token and their leaves. */
function signResult(forgery: Forgery) {
  const { predicate = predicateOf() } = forgery;
  const payload = forgery.payload ?? toStatementBytes(toStatement(predicate));
  const statement = statementDigest(payload);
  const claims = { iss: predicate.issuer, sub: predicate.model.repo, statement, iat: 1_767_225_660 };
  const token = signToken({ ...claims, ...forgery.claims }, kid, keySecret);
  const leaves = {
    statement: leafOf('statement', { statement, log: predicate.log.sha256, key: kid }),
    token: leafOf('token', { token: toHex(sha256(toUtf8(token))), statement, key: kid }),
  };
  return { predicate, payload, token, leaves };
}

type Logged = Partial<Record<LeafName, LoggedLeaf>>;

function toBundle(signed: ReturnType<typeof signResult>, logged: Logged, forgery: Forgery = {}): Bundle {
  const { predicate, payload, token } = signed;
  const { made, statement, token: tokenLeaf, retired, revoked } = logged;
  const opening = { salt: toHex(salt), content: revocation };
  return {
    format: 'assay-bundle/v1',
    log: formatVerifierKey(logKey),
    result: {
      model: forgery.model ?? predicate.model.repo,
      entry: { ...entryOf(predicate, token), ...forgery.entry },
    },
    envelope: signEnvelope(statementPayloadType, payload, kid, keySecret),
    leaves: { statement: statement!, token: tokenLeaf! },
    key: {
      made: made!,
      ...(retired && { retired }),
      ...(revoked && { revoked: { ...revoked, opening } }),
    },
  };
}

export async function makeBundle(forgery: Forgery = {}): Promise<Bundle> {
  const { order = ['other', 'made', 'statement', 'token', 'other'] } = forgery;
  const signed = signResult(forgery);
  const leaves: Record<LeafName, Uint8Array> = { ...sharedLeaves, ...signed.leaves };
  const logged = await logLeaves(
    order.map((name) => leaves[name]),
    forgery,
  );
  const at = (name: LeafName) => logged[order.indexOf(name)];
  const named = (['made', 'statement', 'token', 'retired', 'revoked'] as const).map((name) => [
    name,
    at(name),
  ]);
  return toBundle(signed, Object.fromEntries(named) as Logged, forgery);
}

/** Bundles of many results in one log, under its one checkpoint, as a hub hands them out. */
export async function makeBundles(predicates: ResultPredicate[]): Promise<Bundle[]> {
  const signed = predicates.map((predicate) => signResult({ predicate }));
  const results = signed.flatMap(({ leaves }) => [leaves.statement, leaves.token]);
  const [made, ...logged] = await logLeaves([sharedLeaves.made, ...results], {});
  return signed.map((one, at) =>
    toBundle(one, { made: made!, statement: logged[2 * at]!, token: logged[2 * at + 1]! }),
  );
}

async function logLeaves(leaves: Uint8Array[], forgery: Forgery): Promise<LoggedLeaf[]> {
  const levels = [leaves.map(leafHash)];
  for (let below = levels[0]!; below.length > 1; below = levels.at(-1)!)
    levels.push(
      Array.from({ length: below.length >> 1 }, (_, at) => nodeHash(below[2 * at]!, below[2 * at + 1]!)),
    );
  const text = formatCheckpoint({ origin, size: leaves.length, root: rootOf(levels[0]!), extensions: [] });
  const { cosign = 'good' } = forgery;
  const witness = cosignNote(
    cosign === 'wrong' ? `${origin}\n0\n\n` : text,
    'witness.example',
    witnessSecret,
    1_767_225_700,
  );
  const signed = signNote(text, origin, forgery.logSecret ?? logSecret);
  // A thief's key has another hash; the line is made to look like the log's.
  const own = { ...signed, hash: logKey.hash };
  const checkpoint = formatNote({ text, signatures: cosign === 'none' ? [own] : [own, witness] });
  const read = (level: number, index: number) => levels[level]![index]!;
  return Promise.all(
    leaves.map(async (leaf, index) => ({
      leaf: new TextDecoder().decode(leaf),
      receipt: formatReceipt({
        index,
        inclusion: await readInclusionProof(read, index, leaves.length),
        checkpoint,
      }),
    })),
  );
}
