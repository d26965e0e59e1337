import { concatBytes, equalBytes, toUtf8 } from './bytes.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { createCompactTree } from './compact-tree.ts';
import { type ProofCode, ProofError } from './error.ts';
import { parseLeaf } from './leaf.ts';
import { type Hash, leafHash } from './merkle.ts';
import { assertSignedBy, type NoteKey, parseNote } from './note.ts';
import { parseEntryBundle, type TileAddress, tileWidth, toEntriesPath, toTilePath } from './tiles.ts';

/** One thing wrong with a log. */
export interface LogProblem {
  code: ProofCode;
  /** What was looked at: a path below the log's prefix. */
  path: string;
  message: string;
}

export interface LogCheck {
  /** The checkpoint that was checked, signed; null when there is none that holds. */
  checkpoint: string | null;
  /** Leaves in the tree. */
  size: number;
  /** How many leaves of each kind. */
  kinds: Record<string, number>;
  /** Tiles of hashes that were recomputed and compared. */
  tiles: number;
  /** Earlier checkpoints that this log still begins with. */
  consistentWith: number;
  /** The first hundred at most; empty when everything holds. */
  problems: LogProblem[];
}

export interface LogToCheck {
  /** Reads `checkpoint` or `tile/…` below the log's prefix; null when there is no such thing. */
  read(path: string): Promise<Uint8Array | null>;
  key: NoteKey;
  /** Signed checkpoints seen earlier, or elsewhere. */
  known?: readonly string[];
}

const mostProblems = 100;

/**
 * Checks a whole log from public reads alone: the checkpoint's signature, every tile recomputed from the leaves, the
 * root, the form and order of the leaves, and that it begins with every checkpoint known. Memory does not grow with it.
 * Throws only what `read` throws.
 */
export async function checkLog(log: LogToCheck): Promise<LogCheck> {
  const check: LogCheck = {
    checkpoint: null,
    size: 0,
    kinds: {},
    tiles: 0,
    consistentWith: 0,
    problems: [],
  };
  const report: Report = (path, error) => {
    if (!(error instanceof ProofError)) throw error;
    if (check.problems.length < mostProblems)
      check.problems.push({ code: error.code, path, message: error.message });
  };
  const known = openKnown(log, report);
  const bytes = await log.read('checkpoint');
  try {
    if (!bytes) throw new ProofError('tile-missing', 'there is no checkpoint');
    const { note, checkpoint } = openCheckpoint(bytes, log.key);
    check.checkpoint = note;
    check.size = checkpoint.size;
    await checkTree(log, checkpoint, known, check, report);
  } catch (error) {
    report('checkpoint', error);
  }
  return check;
}

type Report = (path: string, error: unknown) => void;

interface Known {
  path: string;
  checkpoint: Checkpoint;
}

function openCheckpoint(bytes: Uint8Array, key: NoteKey): { note: string; checkpoint: Checkpoint } {
  const note = parseNote(bytes);
  assertSignedBy(note, key);
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint.origin !== key.name)
    throw new ProofError('bad-checkpoint', `the checkpoint is of ${checkpoint.origin}, not of ${key.name}`);
  return { note: new TextDecoder().decode(bytes), checkpoint };
}

/** The known checkpoints by growing size; one that is not the log's own is a problem, and left out. */
function openKnown({ known = [], key }: LogToCheck, report: Report): Known[] {
  const opened = known.flatMap((text, at) => {
    const path = `known checkpoint ${at + 1}`;
    try {
      return [{ path, checkpoint: openCheckpoint(toUtf8(text), key).checkpoint }];
    } catch (error) {
      report(path, error);
      return [];
    }
  });
  return opened.sort((a, b) => a.checkpoint.size - b.checkpoint.size);
}

async function checkTree(
  log: LogToCheck,
  checkpoint: Checkpoint,
  known: Known[],
  check: LogCheck,
  report: Report,
): Promise<void> {
  const tree = createCompactTree();
  const order = { seq: 0 };
  let next = 0;
  const holdKnown = () => {
    for (let at = known[next]; at && at.checkpoint.size <= tree.size(); at = known[++next]) {
      if (equalBytes(at.checkpoint.root, tree.root())) check.consistentWith += 1;
      else report(at.path, new ProofError('root-mismatch', `the log had another root at ${tree.size()}`));
    }
  };
  holdKnown();
  for (let index = 0; index * tileWidth < checkpoint.size; index += 1) {
    const width = Math.min(tileWidth, checkpoint.size - index * tileWidth);
    const leaves = await readLeaves(log, index, width);
    for (const leaf of leaves) {
      countLeaf(leaf, order, check, (error) => report(toEntriesPath(index, width), error));
      for (const tile of tree.append(leafHash(leaf))) await compareTile(log, tile, check, report);
      holdKnown();
    }
  }
  for (const tile of tree.partialTiles()) await compareTile(log, tile, check, report);
  for (const { path, checkpoint: larger } of known.slice(next)) {
    report(
      path,
      new ProofError('log-shrunk', `the log had ${larger.size} leaves, now it has ${tree.size()}`),
    );
  }
  if (!equalBytes(tree.root(), checkpoint.root))
    throw new ProofError('root-mismatch', 'the leaves do not add up to the root of the checkpoint');
}

async function readLeaves(log: LogToCheck, index: number, width: number): Promise<Uint8Array[]> {
  const exact = await log.read(toEntriesPath(index, width));
  if (exact) return parseEntryBundle(exact, width);
  // A partial bundle may be gone once the full one is there (C2SP tlog-tiles, "Partial Tiles").
  const full = width < tileWidth ? await log.read(toEntriesPath(index, tileWidth)) : null;
  if (!full) throw new ProofError('tile-missing', `there is no ${toEntriesPath(index, width)}`);
  return parseEntryBundle(full, tileWidth).slice(0, width);
}

/** Counts the leaf, and looks at its form and at the order of acts: their numbers only grow. */
function countLeaf(
  bytes: Uint8Array,
  order: { seq: number },
  check: LogCheck,
  report: (error: unknown) => void,
): void {
  try {
    const leaf = parseLeaf(bytes);
    check.kinds[leaf.kind] = (check.kinds[leaf.kind] ?? 0) + 1;
    if (leaf.kind !== 'act') return;
    if (typeof leaf.seq !== 'number' || leaf.seq <= order.seq)
      throw new ProofError('leaf-order', `act ${String(leaf.seq)} comes after act ${order.seq}`);
    order.seq = leaf.seq;
  } catch (error) {
    report(error);
  }
}

async function compareTile(
  log: LogToCheck,
  { address, hashes }: { address: TileAddress; hashes: Hash[] },
  check: LogCheck,
  report: Report,
): Promise<void> {
  const path = toTilePath(address);
  const bytes =
    (await log.read(path)) ??
    (address.width < tileWidth ? await log.read(toTilePath({ ...address, width: tileWidth })) : null);
  check.tiles += 1;
  const expected = concatBytes(...hashes);
  if (!bytes) report(path, new ProofError('tile-missing', `there is no ${path}`));
  else if (!equalBytes(bytes.subarray(0, expected.length), expected))
    report(path, new ProofError('tile-mismatch', `${path} is not what its leaves make`));
}
