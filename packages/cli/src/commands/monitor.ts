import {
  assertConsistency,
  assertSignedBy,
  type Checkpoint,
  type NoteKey,
  ProofError,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  readConsistencyProof,
  readSubtreesOf,
  toTilePath,
} from '@assay/proof';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { parseWholeFrom } from '../flag-parsers.ts';
import { readKnownCheckpoints, writeKnownCheckpoints } from '../known-checkpoints.ts';
import { type ReadLog, readLogAt } from '../read-log.ts';
import type { Surroundings } from '../surroundings.ts';

interface MonitorFlags {
  vkey?: string;
  state: string;
  every?: number;
}

const EXAMPLES = `
Examples:
  $ assay monitor https://hub.example.org https://mirror.example.net --state hub.json
  $ assay monitor https://hub.example.org --state hub.json --every 60

Compares the checkpoints that several places show of one log, and with all that was seen before. Ask from different
networks: a split view is one that differs by who asks.
Exit codes: 0 all are of one history; 1 a place could not be read; 3 a split view, a rollback or a false signature.
`;

/** What is found out about one look at all places. */
const SPLIT = 3;

export function createMonitorCommand(surroundings: Surroundings): Command {
  return new Command('monitor')
    .description('Watch a log from several places, and alert when it shows different histories.')
    .argument('<url...>', 'hubs, mirrors, or anything that serves /tlog/checkpoint and tiles')
    .requiredOption('--state <file>', 'what was seen so far; made at the first look')
    .option(
      '--vkey <key>',
      'verifier key of the log; without it the one in the state, else the first place’s',
    )
    .option('--every <seconds>', 'look again and again until something is wrong', parseWholeFrom(1))
    .addHelpText('after', EXAMPLES)
    .action((urls: string[], flags: MonitorFlags) => monitor(urls, flags, surroundings));
}

async function monitor(urls: string[], flags: MonitorFlags, surroundings: Surroundings): Promise<void> {
  let stopped = false;
  const stop = surroundings.interrupted().then(() => {
    stopped = true;
  });
  for (;;) {
    surroundings.exitCode = await look(urls, flags, surroundings);
    if (flags.every === undefined || surroundings.exitCode === SPLIT || stopped) return;
    await Promise.race([stop, new Promise((resolve) => setTimeout(resolve, flags.every! * 1000))]);
    if (stopped) return;
  }
}

interface Seen {
  place: string;
  note: string;
  checkpoint: Checkpoint;
  read: ReadLog | null;
}

async function look(urls: string[], flags: MonitorFlags, surroundings: Surroundings): Promise<number> {
  const known = await readKnownCheckpoints(flags.state);
  const verifierKey = flags.vkey ?? known?.verifierKey ?? (await readKey(urls[0]!));
  const key = parseVerifierKey(verifierKey.trim());
  const say = (line: string) => surroundings.write(`${line}\n`);
  let worst = 0;
  const seen: Seen[] = (known?.checkpoints ?? []).map((note) => ({
    place: 'seen before',
    note,
    checkpoint: parseCheckpoint(parseNote(Buffer.from(note)).text),
    read: null,
  }));
  for (const url of urls) {
    try {
      const found = await readPlace(url, key);
      seen.push(found);
      say(`${url}: ${found.checkpoint.size} leaves`);
    } catch (error) {
      if (!(error instanceof CliError || error instanceof ProofError)) throw error;
      worst = Math.max(worst, error instanceof ProofError ? SPLIT : 1);
      say(`${error instanceof ProofError ? 'ALERT ' : ''}${url}: ${error.code}: ${error.message}`);
    }
  }
  const problems = await compare(seen);
  for (const line of problems) say(`ALERT ${line}`);
  if (problems.length > 0) worst = SPLIT;
  // Remembered even then: two signed checkpoints that contradict each other are the proof.
  await writeKnownCheckpoints(flags.state, {
    verifierKey: verifierKey.trim(),
    checkpoints: seen.map(({ note }) => note),
  });
  if (worst === 0) say(`one history: ${seen.length} checkpoints of ${key.name} agree`);
  return worst;
}

async function readPlace(url: string, key: NoteKey): Promise<Seen> {
  const read = readLogAt(url);
  const bytes = await read('checkpoint');
  if (!bytes) throw new CliError('log-unreadable', 'there is no checkpoint');
  const note = parseNote(bytes);
  assertSignedBy(note, key);
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint.origin !== key.name) throw new ProofError('bad-checkpoint', `it is of ${checkpoint.origin}`);
  return { place: url, note: Buffer.from(bytes).toString('utf8'), checkpoint, read };
}

/** Each checkpoint against the next larger one, by a proof from whoever showed the larger one, or a still larger one. */
async function compare(seen: Seen[]): Promise<string[]> {
  const bySize = seen.toSorted((a, b) => a.checkpoint.size - b.checkpoint.size);
  const problems: string[] = [];
  const largest = bySize.findLast(({ read }) => read !== null);
  for (const [at, smaller] of bySize.entries()) {
    const larger = bySize[at + 1];
    if (!larger) break;
    const [a, b] = [smaller.checkpoint, larger.checkpoint];
    try {
      const isGrown = a.size > 0 && a.size < b.size;
      const read = larger.read ?? largest?.read;
      if (isGrown && !read) continue;
      const proof = isGrown ? await prove(read!, a.size, b.size) : [];
      assertConsistency(a.size, a.root, b.size, b.root, proof);
    } catch (error) {
      if (!(error instanceof ProofError)) throw error;
      const what = a.size === b.size ? 'split-view' : error.code;
      problems.push(
        `${what}: ${smaller.place} at ${a.size} and ${larger.place} at ${b.size}: ${error.message}`,
      );
    }
  }
  const shown = bySize.filter(({ read }) => read !== null);
  const remembered = bySize.findLast(({ read }) => read === null);
  const newest = shown.at(-1);
  if (remembered && newest && newest.checkpoint.size < remembered.checkpoint.size)
    problems.push(
      `log-shrunk: ${remembered.checkpoint.size} leaves were seen before, now ${newest.checkpoint.size}`,
    );
  return problems;
}

async function prove(read: ReadLog, from: number, to: number) {
  const subtrees = readSubtreesOf((address) => read(toTilePath(address)), to);
  return readConsistencyProof(subtrees, from, to);
}

async function readKey(url: string): Promise<string> {
  const bytes = await readLogAt(url)('vkey');
  if (!bytes) throw new CliError('log-unreadable', `${url} names no verifier key: give it with --vkey`);
  return new TextDecoder().decode(bytes).trim();
}
