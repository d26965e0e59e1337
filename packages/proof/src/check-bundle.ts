import { sha256 } from '@noble/hashes/sha2.js';
import type { Bundle, LoggedLeaf } from './bundle.ts';
import { equalBytes, fromBase64Url, toBase64Url, toHex, toUtf8 } from './bytes.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { assertEntrySays } from './entry-claims.ts';
import { openEnvelope, statementPayloadType } from './envelope.ts';
import { type ProofCode, ProofError } from './error.ts';
import { type Leaf, openLeaf, parseLeaf } from './leaf.ts';
import { assertInclusion, leafHash } from './merkle.ts';
import { assertSignedBy, type Note, type NoteKey, parseNote, parseVerifierKey } from './note.ts';
import { parseReceipt, type Receipt } from './receipt.ts';
import { type VerifySignature, verifyStrictly } from './signature.ts';
import { parseStatement, type ResultStatement, statementDigest } from './statement.ts';
import { openToken } from './token.ts';

/** What is checked, in this order. The last three need the log itself. */
export type StepName =
  | 'statement'
  | 'token'
  | 'entry'
  | 'key'
  | 'leaves'
  | 'checkpoint'
  | 'witnesses'
  | 'log'
  | 'samples'
  | 'score';

export interface CheckStep {
  name: StepName;
  outcome: 'done' | 'failed' | 'not-possible';
  /** Of a failure. */
  code?: ProofCode;
  /** What was found, or why not. */
  detail: string;
}

/** Whom who checks believes. Nothing in a bundle can add to it. */
export interface Trust {
  /** Keys of logs. None: the bundle's own is used, and the step says so. */
  logs: NoteKey[];
  witnesses: NoteKey[];
  /** Cosignatures that must be there; 1 by default. */
  quorum?: number;
  verify?: VerifySignature;
}

/** Raised inside a step when it can be neither done nor failed. */
class NotPossible extends Error {}

interface Findings {
  kid: string;
  publicKey: Uint8Array;
  statement: ResultStatement;
  digest: string;
}

/** Everything about a bundle that needs neither network nor log. Never throws; `statement` is there when it was opened. */
export function checkProofs(
  bundle: Bundle,
  trust: Trust,
): { steps: CheckStep[]; statement?: ResultStatement } {
  const steps: CheckStep[] = [];
  const verify = trust.verify ?? verifyStrictly;
  const receiptOf = createReceiptReader();
  const step = (name: StepName, work: () => string) => steps.push(attempt(name, work));
  let found: Findings | undefined;
  step('statement', () => {
    found = openStatement(bundle, verify);
    return `signed by key ${found.kid.slice(0, 12)}; SHA-256 ${found.digest.slice(0, 16)}…`;
  });
  const opened = () => {
    if (!found) throw new NotPossible('the statement could not be opened');
    return found;
  };
  step('token', () => checkToken(bundle, opened(), verify));
  step('entry', () => {
    const { predicate } = opened().statement;
    assertEntrySays(predicate, bundle.result.model, bundle.result.entry);
    const { benchmark, metric } = predicate;
    return `${predicate.model.repo}, ${benchmark.dataset} ${benchmark.task}: ${metric.reported}`;
  });
  step('key', () => checkKey(bundle, opened(), receiptOf));
  step('leaves', () => checkLeaves(bundle, opened(), receiptOf));
  let note: Note | undefined;
  step('checkpoint', () => {
    note = openCheckpoint(bundle, trust, verify, receiptOf);
    return describeCheckpoint(note, bundle, trust);
  });
  step('witnesses', () => checkWitnesses(note, trust, verify));
  return { steps, ...(found && { statement: found.statement }) };
}

function attempt(name: StepName, work: () => string): CheckStep {
  try {
    return { name, outcome: 'done', detail: work() };
  } catch (error) {
    if (error instanceof NotPossible) return { name, outcome: 'not-possible', detail: error.message };
    if (!(error instanceof ProofError)) throw error;
    return { name, outcome: 'failed', code: error.code, detail: error.message };
  }
}

function openStatement(bundle: Bundle, verify: VerifySignature): Findings {
  if (bundle.envelope.payloadType !== statementPayloadType)
    throw new ProofError(
      'bad-envelope',
      `the envelope holds ${bundle.envelope.payloadType}, not a statement`,
    );
  const made = factsOf(bundle.key.made, 'key-made');
  if (typeof made.key !== 'string' || typeof made.publicKey !== 'string')
    throw new ProofError('key-mismatch', 'the leaf of the key names no key');
  const publicKey = fromBase64Url(made.publicKey);
  // Implementations of Ed25519 throw, each its own error, at a key of another length.
  if (publicKey.length !== 32) throw new ProofError('bad-key', 'the key in the leaf has not 32 bytes');
  if (thumbprintOf(publicKey) !== made.key || made.purpose !== 'statement')
    throw new ProofError('key-mismatch', 'the leaf of the key names another key than it holds');
  const kid = made.key;
  const { payload } = openEnvelope(bundle.envelope, (id) => (id === kid ? publicKey : undefined), verify);
  return { kid, publicKey, statement: parseStatement(payload), digest: statementDigest(payload) };
}

/** RFC 7638: what a key is called by everyone. */
export function thumbprintOf(publicKey: Uint8Array): string {
  const members = `{"crv":"Ed25519","kty":"OKP","x":"${toBase64Url(publicKey)}"}`;
  return toBase64Url(sha256(toUtf8(members)));
}

function checkToken(bundle: Bundle, found: Findings, verify: VerifySignature): string {
  const token = tokenOf(bundle);
  const { claims } = openToken(token, (kid) => (kid === found.kid ? found.publicKey : undefined), verify);
  if (claims.statement !== found.digest)
    throw new ProofError('token-mismatch', 'the token names another statement');
  const { issuer, model } = found.statement.predicate;
  if (claims.sub !== model.repo || claims.iss !== issuer)
    throw new ProofError('token-misplaced', `the token is ${claims.iss}'s about ${claims.sub}`);
  return `issued by ${claims.iss}, ${new Date(claims.iat * 1000).toISOString()}`;
}

function tokenOf(bundle: Bundle): string {
  const { verifyToken } = bundle.result.entry;
  if (typeof verifyToken !== 'string') throw new ProofError('bad-token', 'the entry carries no verifyToken');
  return verifyToken;
}

/** The facts of a leaf of some kind; a sealed one tells them only when opened. */
function factsOf(logged: LoggedLeaf, kind: string): Record<string, unknown> {
  const leaf: Leaf = parseLeaf(toUtf8(logged.leaf));
  const opened = logged.opening && openLeaf(leaf, logged.opening);
  if (leaf.kind === 'sealed' && !opened)
    throw new NotPossible('the leaf is sealed, and the bundle holds nothing that opens it');
  // What stands in the open is read from the leaf itself; the opening adds what it only commits to.
  const facts = leaf.kind === 'sealed' ? opened! : { ...opened, ...leaf };
  if (facts.kind !== kind)
    throw new ProofError('leaf-mismatch', `a leaf tells of ${String(facts.kind)}, not of ${kind}`);
  return facts;
}

type ReceiptReader = (logged: LoggedLeaf) => Receipt;

/** Several steps ask for one receipt; each is parsed once a bundle, inside the step that asks first. */
function createReceiptReader(): ReceiptReader {
  const read = new Map<LoggedLeaf, Receipt>();
  return (logged) => {
    const receipt = read.get(logged) ?? parseReceipt(toUtf8(logged.receipt));
    read.set(logged, receipt);
    return receipt;
  };
}

/** A key signs after it was made and before it is retired, in the order of the log; a revoked one never signed anything. */
function checkKey({ key, leaves }: Bundle, found: Findings, receiptOf: ReceiptReader): string {
  const made = receiptOf(key.made).index;
  const statement = receiptOf(leaves.statement).index;
  const token = receiptOf(leaves.token).index;
  if (made >= statement) throw new ProofError('key-early', 'the statement is older in the log than the key');
  if (key.revoked) {
    const { key: kid, reason } = factsOf(key.revoked, 'key-revoked');
    if (kid !== found.kid) throw new ProofError('leaf-mismatch', 'another key was revoked');
    throw new ProofError('key-revoked', `the key was revoked: ${String(reason)}`);
  }
  if (!key.retired) return `made at leaf ${made}; the bundle knows of no retirement and no revocation`;
  if (factsOf(key.retired, 'key-retired').key !== found.kid)
    throw new ProofError('leaf-mismatch', 'another key was retired');
  const retired = receiptOf(key.retired).index;
  if (retired <= token)
    throw new ProofError('key-retired', 'the key was retired before the token was logged');
  return `made at leaf ${made}, retired at leaf ${retired}, after it signed`;
}

function checkLeaves(bundle: Bundle, found: Findings, receiptOf: ReceiptReader): string {
  const { statement, token } = bundle.leaves;
  const said = factsOf(statement, 'statement');
  const { log } = found.statement.predicate;
  if (said.statement !== found.digest || said.log !== log.sha256 || said.key !== found.kid)
    throw new ProofError('leaf-mismatch', 'the leaf is of another statement');
  const told = factsOf(token, 'token');
  if (told.token !== toHex(sha256(toUtf8(tokenOf(bundle)))) || told.statement !== found.digest)
    throw new ProofError('leaf-mismatch', 'the leaf is of another token');
  for (const logged of allLeaves(bundle)) {
    const { checkpoint, index, inclusion } = receiptOf(logged);
    const { size, root } = parseCheckpoint(parseNote(toUtf8(checkpoint)).text);
    assertInclusion(leafHash(toUtf8(logged.leaf)), index, size, inclusion, root);
  }
  return `statement at leaf ${receiptOf(statement).index}, token at leaf ${receiptOf(token).index}`;
}

function allLeaves({ key, leaves }: Bundle): LoggedLeaf[] {
  return [leaves.statement, leaves.token, key.made, key.retired, key.revoked].filter(
    (leaf) => leaf !== undefined,
  );
}

/** All receipts of a bundle are under one checkpoint: a second one would be a place where nobody looks. */
function openCheckpoint(
  bundle: Bundle,
  trust: Trust,
  verify: VerifySignature,
  receiptOf: ReceiptReader,
): Note {
  const named = parseVerifierKey(bundle.log);
  if (!isTrusted(named, trust) && trust.logs.length > 0)
    throw new ProofError('unknown-log', `the log ${named.name} is not one that is trusted here`);
  const texts = new Set(allLeaves(bundle).map((logged) => receiptOf(logged).checkpoint));
  const [text = '', ...others] = texts;
  if (others.length > 0)
    throw new ProofError('bad-bundle', 'the receipts of the bundle are under different checkpoints');
  const note = parseNote(toUtf8(text));
  assertSignedBy(note, named, verify);
  const { origin } = parseCheckpoint(note.text);
  if (origin !== named.name) throw new ProofError('bad-checkpoint', `the checkpoint is of ${origin}`);
  return note;
}

const isTrusted = (named: NoteKey, trust: Trust): boolean =>
  trust.logs.some((key) => key.name === named.name && equalBytes(key.publicKey, named.publicKey));

function describeCheckpoint(note: Note, bundle: Bundle, trust: Trust): string {
  const named = parseVerifierKey(bundle.log);
  const signed = `signed by ${named.name} over ${parseCheckpoint(note.text).size} leaves`;
  if (!isTrusted(named, trust))
    throw new NotPossible(`${signed}; the key is the bundle's own word: name the log's key to believe it`);
  return signed;
}

function checkWitnesses(note: Note | undefined, trust: Trust, verify: VerifySignature): string {
  if (trust.witnesses.length === 0) throw new NotPossible('no witness is named whose word would count');
  if (!note) throw new NotPossible('there is no checkpoint to look at');
  const seen: string[] = [];
  for (const key of trust.witnesses) {
    try {
      assertSignedBy(note, key, verify);
      seen.push(key.name);
    } catch (error) {
      if (!(error instanceof ProofError) || error.code !== 'unknown-key') throw asWitness(error);
    }
  }
  const quorum = trust.quorum ?? 1;
  if (seen.length < quorum)
    throw new ProofError('witness-missing', `${seen.length} of ${quorum} witnesses cosigned the checkpoint`);
  return `cosigned by ${seen.join(', ')}`;
}

function asWitness(error: unknown): unknown {
  if (!(error instanceof ProofError) || error.code !== 'signature-mismatch') return error;
  return new ProofError('cosignature-mismatch', error.message, { cause: error });
}
