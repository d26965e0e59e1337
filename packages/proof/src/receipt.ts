import { fromBase64, fromUtf8, toBase64, toUtf8 } from './bytes.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { ProofError } from './error.ts';
import { assertInclusion, type Hash, leafHash } from './merkle.ts';
import { assertSignedBy, type NoteKey, parseNote } from './note.ts';

/** What proves offline that a leaf is in a log. Its text is C2SP tlog-proof, without extra data. */
export interface Receipt {
  /** 0-based position of the leaf. */
  index: number;
  /** Inclusion proof, leaf to root. */
  inclusion: Hash[];
  /** The signed checkpoint, with whatever cosignatures it carries. */
  checkpoint: string;
}

const firstLine = 'c2sp.org/tlog-proof@v1';

export function formatReceipt({ index, inclusion, checkpoint }: Receipt): string {
  return `${[firstLine, `index ${index}`, ...inclusion.map(toBase64)].join('\n')}\n\n${checkpoint}`;
}

/** @throws ProofError `bad-proof` */
export function parseReceipt(bytes: Uint8Array): Receipt {
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch (cause) {
    throw new ProofError('bad-proof', 'the receipt is not UTF-8', { cause });
  }
  const split = text.indexOf('\n\n');
  const [head, indexLine = '', ...hashes] = text.slice(0, Math.max(split, 0)).split('\n');
  const index = /^index (0|[1-9]\d*)$/.exec(indexLine)?.[1];
  if (split < 0 || head !== firstLine || index === undefined || !Number.isSafeInteger(Number(index)))
    throw new ProofError(
      'bad-proof',
      `a receipt begins with "${firstLine}" and "index N", then hashes and a checkpoint`,
    );
  const inclusion = hashes.map(fromBase64);
  if (inclusion.some((hash) => hash.length !== 32))
    throw new ProofError('bad-proof', 'a hash of the inclusion proof has not 32 bytes');
  return { index: Number(index), inclusion, checkpoint: text.slice(split + 2) };
}

/** Throws unless the log of that key has the leaf where the receipt says. Answers the size of the tree that covers it. */
export function assertReceipt(leaf: Uint8Array, receipt: Receipt, key: NoteKey): { size: number } {
  const note = parseNote(toUtf8(receipt.checkpoint));
  assertSignedBy(note, key);
  const { origin, size, root } = parseCheckpoint(note.text);
  if (origin !== key.name)
    throw new ProofError('bad-checkpoint', `the checkpoint is of ${origin}, not of ${key.name}`);
  assertInclusion(leafHash(leaf), receipt.index, size, receipt.inclusion, root);
  return { size };
}
