import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Checkpoint,
  createNoteKey,
  type NoteKey,
  noteAlgorithm,
  type WitnessedTree,
} from '@assay/proof';
import { CliError } from './cli-error.ts';

/** What a witness must never lose: its key, and of each log the largest tree that it cosigned. */
export interface WitnessState {
  key: NoteKey;
  secretKey: Uint8Array;
  known(origin: string): WitnessedTree | undefined;
  /** MUST be durable before anything is signed: else a restart could cosign another history. */
  remember(checkpoint: Checkpoint): Promise<void>;
}

interface Kept {
  name: string;
  trees: Record<string, { size: number; root: string }>;
}

/** Opens the folder of a witness; the first start makes its key. @throws CliError `usage` when the name is another */
export async function openWitnessState(folder: string, name: string): Promise<WitnessState> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const secret = createPrivateKey(await readOrMakeKey(join(folder, 'key.pem')));
  const { d, x } = secret.export({ format: 'jwk' });
  if (!d || !x) throw new CliError('usage', `${folder}/key.pem holds no Ed25519 key`);
  const path = join(folder, 'trees.json');
  const kept = await readKept(path, name);
  return {
    key: createNoteKey(name, Buffer.from(x, 'base64url'), noteAlgorithm.cosignature),
    secretKey: Buffer.from(d, 'base64url'),
    known(origin) {
      const tree = Object.hasOwn(kept.trees, origin) ? kept.trees[origin] : undefined;
      return tree && { size: tree.size, root: Buffer.from(tree.root, 'base64') };
    },
    async remember({ origin, size, root }) {
      const trees = { ...kept.trees, [origin]: { size, root: Buffer.from(root).toString('base64') } };
      await writeDurably(folder, path, `${JSON.stringify({ name, trees }, null, 2)}\n`, 0o644);
      kept.trees = trees;
    },
  };
}

async function readOrMakeKey(path: string): Promise<string> {
  const there = await readFile(path, 'utf8').catch(ifMissing);
  if (there !== null) return there;
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  createPublicKey(pem);
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(pem);
  await file.sync();
  await file.close();
  return pem;
}

async function readKept(path: string, name: string): Promise<Kept> {
  const text = await readFile(path, 'utf8').catch(ifMissing);
  if (text === null) return { name, trees: {} };
  const kept = JSON.parse(text) as Kept;
  if (kept.name !== name)
    throw new CliError('usage', `the witness in this folder is called ${kept.name}, not ${name}`);
  return kept;
}

async function writeDurably(folder: string, path: string, text: string, mode: number): Promise<void> {
  const draft = await open(`${path}.draft`, 'w', mode);
  await draft.writeFile(text);
  await draft.sync();
  await draft.close();
  await rename(`${path}.draft`, path);
  const names = await open(folder);
  await names.sync().finally(() => names.close());
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
