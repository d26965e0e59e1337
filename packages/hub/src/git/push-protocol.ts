import { GitError } from './git-error.ts';
import { flushPacket, type PacketReader, toBand, toPacket } from './pkt-line.ts';
import { isOid, zeroOid } from './ref-names.ts';
import type { RefUpdate } from './ref-transaction.ts';

/** The server's half of git's push conversation (gitprotocol-pack, "Pushing data to a server"). Pure but for reading. */

const capabilities =
  'report-status delete-refs side-band-64k quiet atomic ofs-delta object-format=sha1 agent=assay/1';

/** A push may name this many refs at once. */
const maxCommands = 5000;
/** Bytes of all commands together, three times what that many ordinary refs need. */
const maxCommandBytes = 2 ** 21;

/** What the client hears first: every ref and what we can do. */
export function toPushAdvertisement(refs: Map<string, string>): Buffer {
  const lines = [...refs].map(([ref, oid]) => `${oid} ${ref}`);
  const [first = `${zeroOid} capabilities^{}`, ...others] = lines;
  const packets = [`${first}\0${capabilities}\n`, ...others.map((line) => `${line}\n`)].map(toPacket);
  return Buffer.concat([toPacket('# service=git-receive-pack\n'), flushPacket, ...packets, flushPacket]);
}

export interface PushCommands {
  updates: RefUpdate[];
  /** Whether the client wants a report, and whether on side bands. */
  report: boolean;
  sideBand: boolean;
}

/**
 * Reads the commands up to the flush that precedes the pack. Null for an empty request: git probes so for authentication.
 * @throws GitError `bad-pack`, `too-large`
 */
export async function readPushCommands(reader: PacketReader): Promise<PushCommands | null> {
  const commands: PushCommands = { updates: [], report: false, sideBand: false };
  let bytes = 0;
  for (let packet = await reader.next(); packet; packet = await reader.next()) {
    bytes += packet.length;
    if (bytes > maxCommandBytes)
      throw new GitError('too-large', `more than ${maxCommandBytes} bytes of commands in one push`);
    const [line = '', wishes] = packet.toString('utf8').replace(/\n$/, '').split('\0');
    if (wishes !== undefined) {
      const wanted = new Set(wishes.split(' '));
      commands.report = wanted.has('report-status');
      commands.sideBand = wanted.has('side-band-64k');
    }
    if (line.startsWith('shallow ')) continue; // what is missing below is found by the connectivity check
    commands.updates.push(toUpdate(line));
    if (commands.updates.length > maxCommands)
      throw new GitError('too-large', `more than ${maxCommands} refs in one push`);
  }
  return commands.updates.length > 0 ? commands : null;
}

function toUpdate(line: string): RefUpdate {
  const [old = '', to = '', ...ref] = line.split(' ');
  if (!isOid(old) || !isOid(to) || ref.length !== 1)
    throw new GitError('bad-pack', 'a command of the push cannot be read');
  return { ref: ref[0]!, old: old === zeroOid ? null : old, new: to === zeroOid ? null : to };
}

export interface PushReport {
  /** Null: the pack was stored. Else why not. */
  unpackFault: string | null;
  /** By ref; refs without a reason have moved. One line each. */
  faults: Map<string, string>;
  /** Shown by git with `remote: ` before each. */
  lines: string[];
}

export function toPushReport(commands: PushCommands, report: PushReport): Buffer {
  const status = [`unpack ${oneLine(report.unpackFault ?? 'ok')}\n`];
  for (const { ref } of commands.updates) {
    const fault = report.faults.get(ref);
    status.push(fault === undefined ? `ok ${ref}\n` : `ng ${ref} ${oneLine(fault)}\n`);
  }
  const packets = commands.report ? Buffer.concat([...status.map(toPacket), flushPacket]) : Buffer.alloc(0);
  if (!commands.sideBand) return packets;
  const words = Buffer.from(report.lines.map((line) => `${oneLine(line)}\n`).join(''));
  return Buffer.concat([toBand(2, words), toBand(1, packets), flushPacket]);
}

/** Terminals obey control characters; a file name of the pusher's must not. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 1000);
}
