import type { HubContext } from '../context.ts';

/** Two commits merge or not for ever, so an answer is kept; the oldest ones go. */
const kept = new WeakMap<HubContext, Map<string, string[] | true>>();
const maxKept = 1_000;

/**
 * The files on which a pull request and its base branch collide; empty when it merges, true when git cannot say which.
 */
export async function findConflicts(
  ctx: HubContext,
  repoId: string,
  range: { base: string; head: string },
): Promise<string[] | true> {
  const known = kept.get(ctx) ?? new Map<string, string[] | true>();
  kept.set(ctx, known);
  const key = `${repoId} ${range.base} ${range.head}`;
  const answer = known.get(key) ?? (await tryMerge(ctx, repoId, range));
  known.delete(key);
  known.set(key, answer);
  if (known.size > maxKept) known.delete(known.keys().next().value!);
  return answer;
}

async function tryMerge(
  ctx: HubContext,
  repoId: string,
  { base, head }: { base: string; head: string },
): Promise<string[] | true> {
  const git = ctx.git.reader(repoId);
  if ((await git.mergeBase(base, head)) === base) return [];
  const quarantine = await ctx.git.quarantine(repoId);
  try {
    const merged = await quarantine.tryMerge(base, head);
    if (merged.ok) return [];
    return merged.conflicts.length > 0 ? merged.conflicts : true;
  } finally {
    quarantine.discard();
  }
}
