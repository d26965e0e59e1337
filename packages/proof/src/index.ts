/**
 * The seal: who says so, and is it in the log.
 *
 * Owns the shapes of proof: Merkle trees (RFC 6962, RFC 9162), C2SP tiles, signed notes and checkpoints, DSSE envelopes, EdDSA tokens.
 * Promises that what it accepts has one spelling: encodings are canonical, signatures strict (RFC 8032), every refusal has a code.
 * Never reads a clock, a disk or the network, and never decides whom to trust: keys are handed in. Runs in a browser.
 */
export { type Bundle, bundleFormat, formatBundle, type LoggedLeaf, parseBundle } from './bundle.ts';
export { type CheckStep, checkProofs, type StepName, type Trust, thumbprintOf } from './check-bundle.ts';
export { checkLog, type LogCheck, type LogProblem } from './check-log.ts';
export { checkLogFile, type LogAccess } from './check-log-file.ts';
export { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
export { createCompactTree } from './compact-tree.ts';
export { assertEntrySays } from './entry-claims.ts';
export {
  type Envelope,
  openEnvelope,
  parseEnvelope,
  preAuthEncoding,
  signEnvelope,
  statementPayloadType,
  toEnvelope,
} from './envelope.ts';
export { type ProofCode, ProofError } from './error.ts';
export { commitTo, type Leaf, type Opening, openLeaf, parseLeaf, toLeafBytes } from './leaf.ts';
export {
  assertConsistency,
  assertInclusion,
  emptyRoot,
  type Hash,
  leafHash,
  nodeHash,
  rootOf,
} from './merkle.ts';
export {
  assertSignedBy,
  cosignNote,
  createNoteKey,
  formatNote,
  formatVerifierKey,
  type Note,
  type NoteKey,
  noteAlgorithm,
  parseNote,
  parseVerifierKey,
  signNote,
} from './note.ts';
export { readConsistencyProof, readInclusionProof, readRoot, type SubtreeReader } from './prove.ts';
export { assertReceipt, formatReceipt, parseReceipt, type Receipt } from './receipt.ts';
export { toSampleLeaf } from './sample-leaf.ts';
export { type VerifySignature, verifyStrictly } from './signature.ts';
export {
  parseStatement,
  type ResultPredicate,
  type ResultStatement,
  resultPredicateType,
  statementDigest,
  toStatement,
  toStatementBytes,
} from './statement.ts';
export { readSubtreesOf } from './tile-subtrees.ts';
export {
  parseEntryBundle,
  parseTile,
  parseTilePath,
  type TileAddress,
  tilesOf,
  tileWidth,
  toEntriesPath,
  toEntryBundle,
  toTileOf,
  toTilePath,
} from './tiles.ts';
export { openToken, signToken, type TokenClaims, toToken, toTokenText } from './token.ts';
export {
  type AddCheckpoint,
  formatAddCheckpoint,
  judgeCheckpoint,
  parseAddCheckpoint,
  type WitnessedTree,
} from './witness.ts';
