import {
  assertSignedBy,
  formatAddCheckpoint,
  formatNote,
  parseNote,
  readConsistencyProof,
  readSubtreesOf,
  type TileAddress,
} from '@assay/proof';
import type { Db } from '../db/sql.ts';
import type { Logger } from '../logger.ts';
import type { WitnessAddress } from './witness-address.ts';

const timeoutMs = 5_000;
/** A cosignature line is a name and 108 characters. */
const longestAnswer = 4_096;
/** A witness that failed is left alone for so long. */
const restMs = 30_000;

interface Asker {
  db: Db;
  log: Logger;
  witnesses: readonly WitnessAddress[];
  readTile(address: TileAddress): Promise<Uint8Array | null>;
}

/**
 * Asks each witness to cosign the newest checkpoint (C2SP tlog-witness), proving that it begins with what the witness
 * cosigned last. What comes back is verified before it is kept. A witness that fails is told in the log, and asked again
 * later: it holds up neither publication nor the others.
 */
export function createWitnessAsker(asker: Asker, onCosigned: () => Promise<void>): () => Promise<number> {
  const restUntil = new Map<string, number>();
  return async () => {
    const newest = await asker.db.maybe<{ size: number; note: string }>(
      'SELECT size, note FROM record.tlog_checkpoints ORDER BY size DESC LIMIT 1',
    );
    if (!newest || newest.size === 0) return 0;
    const cosigned = await Promise.all(
      asker.witnesses.map(async (witness) => {
        if ((restUntil.get(witness.verifierKey) ?? 0) > Date.now()) return false;
        try {
          return await cosign(asker, witness, newest);
        } catch (error) {
          restUntil.set(witness.verifierKey, Date.now() + restMs);
          const why = error instanceof Error ? error.message : String(error);
          asker.log.warn('a witness did not cosign', { witness: witness.key.name, why });
          return false;
        }
      }),
    );
    const count = cosigned.filter(Boolean).length;
    if (count > 0) await onCosigned();
    return count;
  };
}

async function cosign(
  { db, readTile }: Asker,
  witness: WitnessAddress,
  newest: { size: number; note: string },
): Promise<boolean> {
  const { last } = await db.one<{ last: number }>(
    'SELECT coalesce(max(size), 0) AS last FROM record.tlog_cosignatures WHERE witness = $1',
    [witness.verifierKey],
  );
  if (last === newest.size) return false;
  const subtrees = readSubtreesOf(readTile, newest.size);
  const ask = async (oldSize: number) => {
    const isGrown = oldSize > 0 && oldSize < newest.size;
    const proof = isGrown ? await readConsistencyProof(subtrees, oldSize, newest.size) : [];
    return send(witness.url, formatAddCheckpoint({ oldSize, proof, checkpoint: newest.note }));
  };
  let answer = await ask(last);
  // It remembers another size than we do: it was asked by an older database, or it began anew.
  const known = Number(answer.text);
  if (answer.status === 409 && Number.isSafeInteger(known) && known <= newest.size) answer = await ask(known);
  if (answer.status !== 200) throw new Error(`${witness.url} answered ${answer.status}`);
  const line = toVerifiedLine(newest.note, answer.text, witness);
  await db.query(
    `INSERT INTO record.tlog_cosignatures (size, witness, line) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [newest.size, witness.verifierKey, line],
  );
  return true;
}

/** The one line that is this witness's; whatever else it sent is left out. */
function toVerifiedLine(note: string, lines: string, { key }: WitnessAddress): string {
  const signed = parseNote(Buffer.from(note + lines));
  assertSignedBy(signed, key);
  const own = signed.signatures.find(
    ({ name, hash }) => name === key.name && Buffer.from(hash).equals(key.hash),
  )!;
  return formatNote({ text: '\n', signatures: [own] }).slice(2);
}

async function send(url: string, body: string): Promise<{ status: number; text: string }> {
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body, signal, redirect: 'error' });
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.byteLength;
    if (size > longestAnswer) throw new Error(`${url} answered more than ${longestAnswer} bytes`);
    parts.push(part);
  }
  return { status: answer.status, text: Buffer.concat(parts).toString('utf8') };
}
