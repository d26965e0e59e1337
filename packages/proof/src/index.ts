/**
 * The seal: who says so, and is it in the log.
 *
 * Owns the shapes of proof: Merkle trees (RFC 6962, RFC 9162), C2SP tiles, signed notes and checkpoints, DSSE envelopes, EdDSA tokens.
 * Promises that what it accepts has one spelling: encodings are canonical, signatures strict (RFC 8032), every refusal has a code.
 * Never reads a clock, a disk or the network, and never decides whom to trust: keys are handed in. Runs in a browser.
 */
export { checkLog, type LogCheck, type LogProblem } from './check-log.ts';
export { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
export { createCompactTree } from './compact-tree.ts';
export {
  type Envelope,
  openEnvelope,
  parseEnvelope,
  preAuthEncoding,
  signEnvelope,
  statementPayloadType,
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
export {
  parseStatement,
  type ResultPredicate,
  type ResultStatement,
  resultPredicateType,
  statementDigest,
  toStatement,
  toStatementBytes,
} from './statement.ts';
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
export { openToken, signToken, type TokenClaims } from './token.ts';
