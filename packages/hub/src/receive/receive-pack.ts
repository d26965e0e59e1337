import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { GitError } from '../git/git-error.ts';
import type { PacketReader } from '../git/pkt-line.ts';
import { type PushCommands, type PushReport, readPushCommands, toPushReport } from '../git/push-protocol.ts';
import type { Repo } from '../repos/repo.ts';
import { receive } from './receive.ts';
import { type Refusal, toLines } from './refusal.ts';

/** What ends with the push when one of its refs is refused: all of it. */
const together = 'not moved, because another part of this push was refused';

/** Bytes of a refused pack that are still read. */
const maxDrained = 256 * 2 ** 20;

/**
 * Takes one `git push`: commands, then a pack, into quarantine and through `receive`.
 * @returns the report git prints; null for the empty request with which git probes
 */
export async function receivePack(
  ctx: HubContext,
  push: { repo: Repo; actor: Actor; reader: PacketReader },
): Promise<Buffer | null> {
  const commands = await readPushCommands(push.reader);
  if (!commands) return null;
  const report = await takePush(ctx, push, commands);
  await drain(push.reader);
  return toPushReport(commands, report);
}

/** Git hangs up on a server that answers before it has sent all; a sender without end is left to its fate. */
async function drain(reader: PacketReader): Promise<void> {
  let left = maxDrained;
  for await (const chunk of reader.rest()) {
    left -= chunk.length;
    if (left < 0) return;
  }
}

async function takePush(
  ctx: HubContext,
  { repo, actor, reader }: { repo: Repo; actor: Actor; reader: PacketReader },
  commands: PushCommands,
): Promise<PushReport> {
  const quarantine = await ctx.git.quarantine(repo.id);
  const { updates } = commands;
  try {
    if (updates.some((update) => update.new !== null)) {
      await quarantine.unpack(reader.rest(), { maxBytes: ctx.config.maxPackMib * 2 ** 20 });
    }
    const outcome = await receive(ctx, { repo, actor, via: 'git', updates, quarantine });
    return outcome.ok
      ? { unpackFault: null, faults: new Map(), lines: [] }
      : toRefusedReport(commands, outcome.refused);
  } catch (error) {
    return toFaultReport(ctx, commands, error);
  } finally {
    quarantine.discard();
  }
}

function toRefusedReport(commands: PushCommands, refused: Refusal[]): PushReport {
  const reasons = new Map(
    refused.map(({ ref, reason, file }) => [
      ref,
      file && !reason.includes(file) ? `${file}: ${reason}` : reason,
    ]),
  );
  const faults = new Map(commands.updates.map(({ ref }) => [ref, reasons.get(ref) ?? together]));
  return { unpackFault: null, faults, lines: refused.flatMap(toLines) };
}

/** What is not a refusal but a fault: of the pack, of the timing, or ours. */
function toFaultReport(ctx: HubContext, commands: PushCommands, error: unknown): PushReport {
  const all = (reason: string) => new Map(commands.updates.map(({ ref }) => [ref, reason]));
  if (error instanceof HubError && error.code === 'stale-ref') {
    return { unpackFault: null, faults: all('fetch first'), lines: [error.message] };
  }
  if (error instanceof GitError && error.code !== 'git-failed') {
    return { unpackFault: error.message, faults: all('unpacker error'), lines: [error.message] };
  }
  ctx.log.error('push failed', error);
  return { unpackFault: null, faults: all('internal error'), lines: ['the hub failed; its log says why'] };
}
