import { findAccountById } from '../auth/accounts.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { GitError } from '../git/git-error.ts';
import type { Quarantine } from '../git/quarantine.ts';
import { pullRequestOf } from '../git/ref-names.ts';
import type { RefUpdate } from '../git/ref-transaction.ts';
import { listRemoteRefs } from '../git/remote-history.ts';
import { receive } from '../receive/receive.ts';
import { firstLocalNumber } from '../receive/ref-rules.ts';
import { toHubError } from '../receive/refusal.ts';
import type { Repo } from '../repos/repo.ts';
import { findRepoById } from '../repos/require-repo.ts';
import { syncLargeFiles } from './large-files.ts';
import type { Mirror } from './mirrors.ts';
import { createOrigin, type Origin } from './origin.ts';
import { type LateStatus, syncDiscussions, writeLateStatuses } from './sync-discussions.ts';

interface Run {
  ctx: HubContext;
  mirror: Mirror;
  repo: Repo;
  actor: Actor;
  origin: Origin;
  signal: AbortSignal;
  say(progress: Mirror['progress']): Promise<void>;
}

/**
 * Brings a mirror up to date: discussions, objects of git, large files, then all refs at once. Every step may be done
 * again: what is here is not fetched twice, and nothing but discussions shows before the refs move.
 * @throws HubError `unreachable-origin`, `entry-not-found`, `forbidden`; GitError
 */
export async function runMirror(ctx: HubContext, mirror: Mirror, signal: AbortSignal): Promise<void> {
  const repo = await findRepoById(ctx.db, mirror.repoId);
  if (!repo) return;
  const { endpoint } = mirror;
  const address = { endpoint, type: repo.type, name: mirror.originName, signal };
  const { name } = await createOrigin(address).info();
  const origin = createOrigin({ ...address, name });
  const say = createTeller(ctx, repo.id);
  const run: Run = { ctx, mirror, repo, actor: await actorOf(ctx, mirror), origin, signal, say };
  await say({ step: 'refs' });
  const remote = await listRefs(run);
  const late = await syncDiscussions(ctx, {
    repo,
    origin,
    endpoint,
    onProgress: (done) => say({ step: 'discussions', done }),
  });
  const updates = await toUpdates(ctx, repo.id, remote);
  const still = await holdStill(ctx, repo.id, late, updates);
  const quarantine = await ctx.git.quarantine(repo.id);
  try {
    await bringObjects(run, quarantine, updates);
    await moveRefs(run, quarantine, [...(await keepable(quarantine, updates)), ...still], late);
  } finally {
    quarantine.discard();
  }
}

/** The account that asked for the mirror; its rights were checked then. */
async function actorOf(ctx: HubContext, mirror: Mirror): Promise<Actor> {
  const account = await findAccountById(ctx.db, mirror.createdBy);
  return {
    id: mirror.createdBy,
    name: account?.name ?? 'mirror',
    isAdmin: true,
    role: 'write',
    via: 'session',
  };
}

/** Writes progress down, at most once a second. */
function createTeller(ctx: HubContext, repoId: string): Run['say'] {
  let told = 0;
  let step: string | undefined;
  return async (progress) => {
    if (progress.step === step && Date.now() - told < 1_000) return;
    [told, step] = [Date.now(), progress.step];
    await ctx.db.query('UPDATE record.mirrors SET progress = $2 WHERE repo_id = $1', [
      repoId,
      JSON.stringify(progress),
    ]);
  };
}

/** The origin's refs. Pull requests that its git does not show are asked of its API. */
async function listRefs({ ctx, repo, origin, signal }: Run): Promise<Map<string, string>> {
  const refs = await listRemoteRefs(ctx.git.runner, ctx.git.dir(repo.id), origin.gitUrl, signal).catch(
    (cause) => {
      signal.throwIfAborted();
      if (!(cause instanceof GitError)) throw cause;
      throw new HubError('unreachable-origin', `${origin.gitUrl} does not answer git: ${cause.message}`, {
        cause,
      });
    },
  );
  if (![...refs.keys()].some((ref) => pullRequestOf(ref) !== null)) {
    for (const [ref, oid] of await origin.pullRequestRefs().catch(noneOfThese))
      if (pullRequestOf(ref) !== null && /^[0-9a-f]{40}$/.test(oid)) refs.set(ref, oid);
  }
  return new Map([...refs].filter(([ref]) => isOrigins(ref)));
}

function noneOfThese(error: unknown): Map<string, string> {
  if (error instanceof HubError && error.code === 'entry-not-found') return new Map();
  throw error;
}

/** Whether a ref is the origin's to move: all but the pull requests opened here. */
function isOrigins(ref: string): boolean {
  const number = pullRequestOf(ref);
  return number === null ? !ref.startsWith('refs/pr/') : number < firstLocalNumber;
}

async function toUpdates(ctx: HubContext, repoId: string, remote: Map<string, string>): Promise<RefUpdate[]> {
  const here = await ctx.git.reader(repoId).refs();
  const updates: RefUpdate[] = [];
  for (const [ref, oid] of remote) {
    const old = here.get(ref) ?? null;
    if (old !== oid) updates.push({ ref, old, new: oid });
  }
  for (const [ref, old] of here) {
    if (isOrigins(ref) && !remote.has(ref) && ref !== 'refs/heads/main')
      updates.push({ ref, old, new: null });
  }
  return updates;
}

/** Pull requests that change their status and not their ref: named all the same, so that the index looks at them. */
async function holdStill(
  ctx: HubContext,
  repoId: string,
  late: LateStatus[],
  updates: RefUpdate[],
): Promise<RefUpdate[]> {
  const moved = new Set(updates.map(({ ref }) => ref));
  const still: RefUpdate[] = [];
  for (const { num } of late) {
    const ref = `refs/pr/${num}`;
    const oid = moved.has(ref) ? null : await ctx.git.reader(repoId).ref(ref);
    if (oid !== null) still.push({ ref, old: oid, new: oid });
  }
  return still;
}

async function bringObjects(run: Run, quarantine: Quarantine, updates: RefUpdate[]): Promise<void> {
  const { ctx, repo, mirror, origin, signal, say } = run;
  const oids = updates.flatMap(({ new: oid }) => oid ?? []);
  if (oids.length > 0) {
    await say({ step: 'history' });
    await quarantine.fetch({ url: origin.gitUrl, oids, signal }).catch((cause) => {
      signal.throwIfAborted();
      throw new HubError(
        'unreachable-origin',
        `git cannot fetch from ${origin.gitUrl}: ${String(cause.message)}`,
        {
          cause,
        },
      );
    });
  }
  const known = [...(await ctx.git.reader(repo.id).refs()).values()];
  await syncLargeFiles(ctx, {
    repoId: repo.id,
    origin,
    quarantine,
    tips: oids,
    known,
    limit: mirror.maxLargeFile,
    signal,
    onProgress: (done, bytes) => say({ step: 'large files', done, bytes }),
  });
}

/** A ref that leads to no commit has no place here, and must not stop the others. */
async function keepable(quarantine: Quarantine, updates: RefUpdate[]): Promise<RefUpdate[]> {
  const kept: RefUpdate[] = [];
  for (const update of updates) {
    const commit = update.new === null ? null : await quarantine.resolve(update.new);
    const fits = commit !== null && (commit === update.new || update.ref.startsWith('refs/tags/'));
    if (update.new === null || fits) kept.push(update);
  }
  return kept;
}

async function moveRefs(
  run: Run,
  quarantine: Quarantine,
  updates: RefUpdate[],
  late: LateStatus[],
): Promise<void> {
  if (updates.length === 0) return;
  const { ctx, repo, actor } = run;
  const outcome = await receive(ctx, {
    repo,
    actor,
    via: 'mirror',
    updates,
    quarantine,
    inTransaction: (tx) => writeLateStatuses(tx, repo, actor, late),
  });
  if (!outcome.ok) throw toHubError(outcome.refused);
}
