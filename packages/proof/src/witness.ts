import { equalBytes, fromBase64, fromUtf8, toBase64, toUtf8 } from './bytes.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { ProofError } from './error.ts';
import { assertConsistency, type Hash } from './merkle.ts';
import { assertSignedBy, type Note, type NoteKey, parseNote } from './note.ts';

// C2SP tlog-witness: what a log sends to `add-checkpoint`, and by which rules a witness cosigns.

/** A log asks a witness to cosign a checkpoint. */
export interface AddCheckpoint {
  /** Size that the log believes the witness to know. */
  oldSize: number;
  /** Consistency proof from that size to the checkpoint's. */
  proof: Hash[];
  /** The signed checkpoint. */
  checkpoint: string;
}

/** What a witness remembers of a log: the largest tree it ever cosigned. */
export interface WitnessedTree {
  size: number;
  root: Hash;
}

const mostHashes = 63;

export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  return `${[`old ${oldSize}`, ...proof.map(toBase64)].join('\n')}\n\n${checkpoint}`;
}

/** @throws ProofError `bad-proof` */
export function parseAddCheckpoint(bytes: Uint8Array): AddCheckpoint {
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch (cause) {
    throw new ProofError('bad-proof', 'the request is not UTF-8', { cause });
  }
  const split = text.indexOf('\n\n');
  const [first = '', ...hashes] = text.slice(0, Math.max(split, 0)).split('\n');
  const oldSize = Number(/^old (0|[1-9]\d*)$/.exec(first)?.[1] ?? Number.NaN);
  if (split < 0 || !Number.isSafeInteger(oldSize) || hashes.length > mostHashes)
    throw new ProofError('bad-proof', 'a request reads: old N, up to 63 hashes, a blank line, a checkpoint');
  const proof = hashes.map(fromBase64);
  if (proof.some((hash) => hash.length !== 32)) throw new ProofError('bad-proof', 'a hash has not 32 bytes');
  return { oldSize, proof, checkpoint: text.slice(split + 2) };
}

/**
 * Decides whether a witness may cosign: only what the log signed, and only what begins with all that was cosigned before.
 * MUST be called under a lock of the log, and what it answers made durable before anything is signed.
 * @param keyOf key of the log with an origin, undefined when it is not watched
 * @throws ProofError `unknown-log`, `unknown-key`, `signature-mismatch`, `bad-checkpoint`, `bad-proof`; `stale-size` when
 * the witness knows another size than the log believes; `split-view` for two roots of one size; `root-mismatch`
 */
export function judgeCheckpoint(
  request: AddCheckpoint,
  keyOf: (origin: string) => NoteKey | undefined,
  knownOf: (origin: string) => WitnessedTree | undefined,
): { note: Note; checkpoint: Checkpoint } {
  const note = parseNote(toUtf8(request.checkpoint));
  const checkpoint = parseCheckpoint(note.text);
  const key = keyOf(checkpoint.origin);
  if (!key) throw new ProofError('unknown-log', `${checkpoint.origin} is no log that is watched here`);
  assertSignedBy(note, key);
  const known = knownOf(checkpoint.origin);
  const size = known?.size ?? 0;
  if (request.oldSize > checkpoint.size)
    throw new ProofError('bad-proof', 'the old size is above that of the checkpoint');
  if (known && checkpoint.size === size && !equalBytes(known.root, checkpoint.root))
    throw new ProofError('split-view', `another tree of ${size} leaves was cosigned before`);
  if (request.oldSize !== size)
    throw new ProofError('stale-size', `the witness knows ${size} leaves, not ${request.oldSize}`);
  if (known && size > 0) assertConsistency(size, known.root, checkpoint.size, checkpoint.root, request.proof);
  else if (request.proof.length > 0) throw new ProofError('bad-proof', 'no proof is needed from nothing');
  return { note, checkpoint };
}
