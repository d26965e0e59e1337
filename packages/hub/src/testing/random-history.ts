import { receive } from '../receive/receive.ts';
import { findRepo } from '../repos/require-repo.ts';
import { askJson, commitFiles, entryText, evalYamlText, makeRepo, proposeFiles } from './hub-client.ts';
import type { TestHub, TestUser } from './with-hub.ts';

/** A repeatable stream of numbers from 0 to 1 (mulberry32). */
function createDice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface World {
  hub: TestHub;
  owner: TestUser;
  guest: TestUser;
  models: string[];
  dice: () => number;
}

export async function createWorld(hub: TestHub, seed: number): Promise<World> {
  const [owner, guest] = [await hub.user('owner'), await hub.user('guest')];
  await makeRepo(hub, owner, { type: 'dataset', name: 'sums' });
  await commitFiles(hub, owner, {
    type: 'dataset',
    repo: 'owner/sums',
    files: { 'eval.yaml': evalYamlText },
  });
  for (const name of ['a', 'b']) await makeRepo(hub, owner, { name });
  return { hub, owner, guest, models: ['owner/a', 'owner/b'], dice: createDice(seed) };
}

type Step = (world: World, model: string) => Promise<unknown>;

/** What people do to results, each as clients do it. A step that the hub refuses is a step too. */
const steps: Record<string, Step> = {
  write: (world, repo) => commitFiles(world.hub, world.owner, { repo, files: someFiles(world) }),
  describe: (world, repo) =>
    commitFiles(world.hub, world.owner, {
      repo,
      files: { 'README.md': `---\nlicense: l${digit(world)}\n---\n` },
    }),
  empty: (world, repo) =>
    commitFiles(world.hub, world.owner, {
      repo,
      files: { [someFile(world)]: '[]\n' },
      title: 'Take it all back',
    }),
  propose: (world, repo) => proposeFiles(world.hub, world.guest, { repo, files: someFiles(world) }),
  amend: async (world, repo) => {
    const to = `refs/pr/${await somePull(world, repo)}`;
    await commitFiles(world.hub, world.guest, { repo, to, files: someFiles(world) });
  },
  close: (world, repo) => setStatus(world, repo, 'closed'),
  reopen: (world, repo) => setStatus(world, repo, 'open'),
  merge: async (world, repo) => {
    const num = await somePull(world, repo);
    await askJson(world.hub, 'POST', `/api/models/${repo}/discussions/${num}/merge`, { as: world.owner });
  },
  mergeIntoPull: (world, repo) => joinByGit(world, repo, 'pull'),
  pushPullToMain: (world, repo) => joinByGit(world, repo, 'main'),
  turnBoard: (world) =>
    commitFiles(world.hub, world.owner, {
      type: 'dataset',
      repo: 'owner/sums',
      files: { 'leaderboard.yaml': `tasks: [{id: main, lower_is_better: ${world.dice() < 0.5}}]\n` },
    }),
};
/** Each kind of step once, and more often those without which the others have nothing to do. */
const names = [...Object.keys(steps), 'write', 'write', 'propose', 'propose', 'propose', 'merge', 'amend'];

/** Does one step; answers its name. */
export async function takeStep(world: World): Promise<string> {
  const name = names[Math.floor(world.dice() * names.length)]!;
  const model = world.models[Math.floor(world.dice() * world.models.length)]!;
  try {
    await steps[name]!(world, model);
    return `${name} ${model}`;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AssertionError')) throw error;
    return `${name} ${model} refused`;
  }
}

const digit = (world: World) => Math.floor(world.dice() * 5);
const someFile = (world: World) => `.eval_results/${'xyz'[Math.floor(world.dice() * 3)]}.yaml`;

/** One or two files of a few entries each, from so few values that the same claims meet again. */
function someFiles(world: World): Record<string, string> {
  const count = world.dice() < 0.3 ? 2 : 1;
  return Object.fromEntries(
    Array.from({ length: count }, () => {
      const entries = Array.from({ length: 1 + Math.floor(world.dice() * 2) }, () =>
        entryText({
          dataset: world.dice() < 0.8 ? 'owner/sums' : 'Else/Where',
          value: digit(world),
          ...(world.dice() < 0.4 && { notes: `shots=${digit(world)}` }),
          ...(world.dice() < 0.5 && { date: `2026-01-0${1 + digit(world)}` }),
        }),
      );
      return [someFile(world), entries.join('')];
    }),
  );
}

async function somePull(world: World, repo: string): Promise<number> {
  const { body } = await askJson(
    world.hub,
    'GET',
    `/api/models/${repo}/discussions?type=pull_request&limit=100`,
    { as: world.owner },
  );
  const pulls: { num: number }[] = body.discussions;
  return pulls[Math.floor(world.dice() * pulls.length)]?.num ?? 1;
}

async function setStatus(world: World, repo: string, status: 'open' | 'closed'): Promise<void> {
  const path = `/api/models/${repo}/discussions/${await somePull(world, repo)}/status`;
  await askJson(world.hub, 'POST', path, { as: world.owner, json: { status } });
}

/** What people do with git alone: merge main into their branch, or push the branch to main past the pull request. */
async function joinByGit(world: World, repoName: string, into: 'pull' | 'main'): Promise<void> {
  const { context } = world.hub;
  const repo = (await findRepo(context.db, 'model', repoName))!;
  const git = context.git.reader(repo.id);
  const ref = `refs/pr/${await somePull(world, repoName)}`;
  const [pull, main] = [await git.resolve(ref), await git.resolve('refs/heads/main')];
  if (!pull || !main) return;
  const quarantine = await context.git.quarantine(repo.id);
  try {
    const [base, head, target] = into === 'pull' ? [pull, main, ref] : [main, pull, 'refs/heads/main'];
    const author = { name: 'owner', email: 'o@x' };
    const merged = await quarantine.merge({ base, head, message: 'Join\n', author, date: context.clock() });
    if (!merged.ok) return;
    const updates = [{ ref: target, old: base, new: merged.oid }];
    await receive(context, { repo, actor: world.owner.actor, via: 'git', updates, quarantine });
  } finally {
    quarantine.discard();
  }
}
