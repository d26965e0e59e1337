import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkLog, type LogCheck, parseVerifierKey } from '@assay/proof';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { readKnownCheckpoints, writeKnownCheckpoints } from '../known-checkpoints.ts';
import { type ReadLog, readLogAt } from '../read-log.ts';
import type { Surroundings } from '../surroundings.ts';

interface FsckFlags {
  data?: string;
  known?: string;
  vkey?: string;
}

const EXAMPLES = `
Examples:
  $ assay tlog fsck https://hub.example.org --known hub.example.org.json
  $ assay tlog fsck --data /srv/assay

With --known, the first look remembers the log's key and checkpoint; each later one also checks that the log still has
that key and begins with every checkpoint remembered. Without it, nothing tells whether history was rewritten since.
`;

export function createTlogCommand(surroundings: Surroundings): Command {
  const fsck = new Command('fsck')
    .description('Check a whole log from public reads alone: signature, every tile, root, order, history.')
    .argument('[url]', 'address of the hub')
    .option('--data <folder>', 'instead of a hub: its data folder, or any folder with a copy of the log')
    .option('--known <file>', 'checkpoints seen earlier; the one found now is added')
    .option('--vkey <key>', 'verifier key; without it the one in --known, else the one the log itself names')
    .addHelpText('after', EXAMPLES)
    .action((url: string | undefined, flags: FsckFlags) => runFsck(url, flags, surroundings));
  return new Command('tlog').description('Look after transparency logs.').addCommand(fsck);
}

async function runFsck(url: string | undefined, flags: FsckFlags, surroundings: Surroundings): Promise<void> {
  if ((url === undefined) === (flags.data === undefined))
    throw new CliError('usage', 'name either the address of a hub or --data with a folder');
  const read = url === undefined ? readFolder(flags.data!) : readLogAt(url);
  const known = flags.known === undefined ? null : await readKnownCheckpoints(flags.known);
  const verifierKey = flags.vkey ?? known?.verifierKey ?? (await readKey(read));
  const key = parseVerifierKey(verifierKey);
  const found = await checkLog({ read, key, known: known?.checkpoints ?? [] });
  for (const { code, path, message } of found.problems)
    surroundings.write(`problem[${code}] ${path}: ${message}\n`);
  surroundings.write(`${describe(key.name, found, flags.known)}\n`);
  if (found.problems.length > 0) surroundings.exitCode = 1;
  else if (flags.known && found.checkpoint) {
    const checkpoints = [...(known?.checkpoints ?? []), found.checkpoint];
    await writeKnownCheckpoints(flags.known, { verifierKey, checkpoints });
  }
}

function describe(origin: string, found: LogCheck, knownFile: string | undefined): string {
  const kinds = Object.entries(found.kinds).map(([kind, count]) => `${count} ${kind}`);
  const parts = [
    `${found.size} leaves${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`,
    `${found.tiles} tiles recomputed`,
    knownFile
      ? `begins with ${found.consistentWith} known checkpoints`
      : 'no earlier checkpoint to compare with',
  ];
  const verdict = found.problems.length > 0 ? 'does NOT hold' : 'holds';
  return `The log ${origin} ${verdict}: ${parts.join('; ')}.`;
}

async function readKey(read: ReadLog): Promise<string> {
  const bytes = await read('vkey');
  if (!bytes) throw new CliError('log-unreadable', 'there is no verifier key there: is this a hub of Assay?');
  return new TextDecoder().decode(bytes).trim();
}

function readFolder(folder: string): ReadLog {
  const dir = existsSync(join(folder, 'tlog')) ? join(folder, 'tlog') : folder;
  return (path) =>
    readFile(join(dir, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw error;
    });
}
