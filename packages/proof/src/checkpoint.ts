import { fromBase64, toBase64 } from './bytes.ts';
import { ProofError } from './error.ts';
import type { Hash } from './merkle.ts';

/** The body of a C2SP tlog-checkpoint. */
export interface Checkpoint {
  /** Unique name of the log, fixed at its first start. */
  origin: string;
  /** Leaves in the tree. */
  size: number;
  root: Hash;
  /** Further lines, opaque. */
  extensions: string[];
}

export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  return `${[origin, String(size), toBase64(root), ...extensions].join('\n')}\n`;
}

/** Parses the signed text of a note as a checkpoint. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', sizeText = '', rootText = '', ...rest] = text.split('\n');
  const size = Number(sizeText);
  if (
    origin === '' ||
    !/^(0|[1-9]\d*)$/.test(sizeText) ||
    !Number.isSafeInteger(size) ||
    rest.at(-1) !== ''
  ) {
    throw new ProofError(
      'bad-checkpoint',
      'a checkpoint reads: origin, size, root in base64, each on a line',
    );
  }
  const root = fromBase64(rootText);
  if (root.length !== 32) throw new ProofError('bad-checkpoint', `a root has 32 bytes, not ${root.length}`);
  const extensions = rest.slice(0, -1);
  if (extensions.includes('')) throw new ProofError('bad-checkpoint', 'an extension line is empty');
  return { origin, size, root, extensions };
}
