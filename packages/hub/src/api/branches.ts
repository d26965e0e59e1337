import type { RepoType } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Quarantine } from '../git/quarantine.ts';
import { isRefName } from '../git/ref-names.ts';
import type { HubApp } from '../http/app.ts';
import { decodeSegment, rawRest } from '../http/raw-path.ts';
import { optionalFlag, optionalText, readJsonObject, requiredText } from '../http/request-body.ts';
import { toAuthor } from '../receive/author.ts';
import { receive } from '../receive/receive.ts';
import { toHubError } from '../receive/refusal.ts';
import type { Repo } from '../repos/repo.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { typePlurals } from './repos.ts';

/** Making and deleting branches and tags, and making one commit of a branch's history. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals)) perType(app, ctx, plural, type);
}

/** Whose request it is, and the branch, tag or revision that ends its path. */
type Site = (c: {
  var: { actor: Actor | null };
  req: { raw: Request; param(key: string): string };
}) => Promise<Who & { name: string }>;

function perType(app: HubApp, ctx: HubContext, plural: string, type: RepoType): void {
  const path = `/api/${plural}/:namespace/:name` as const;
  const site: Site = async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, c.var.actor, type, fullName, 'write');
    const name = rawRest(c.req.raw, 5).split('/').map(decodeSegment).join('/');
    return { repo, actor: c.var.actor!, name };
  };
  makeRoutes(app, ctx, path, site);
  deleteRoutes(app, ctx, path, site);
  squashRoute(app, ctx, path, site);
}

type RepoPath = `/api/${string}/:namespace/:name`;

function makeRoutes(app: HubApp, ctx: HubContext, path: RepoPath, site: Site): void {
  app.post(`${path}/branch/*`, async (c) => {
    const { repo, actor, name } = await site(c);
    const body = await readJsonObject(c.req.raw, 1);
    const target = (quarantine: Quarantine) =>
      optionalFlag(body, 'emptyBranch')
        ? emptyCommit(ctx, quarantine, actor)
        : startOf(ctx, repo, optionalText(body, 'startingPoint') || 'HEAD');
    const overwrite = optionalFlag(body, 'overwrite') ?? false;
    await makeRef(ctx, { repo, actor }, { ref: `refs/heads/${name}`, overwrite, target });
    return c.json({});
  });

  app.post(`${path}/tag/*`, async (c) => {
    const { repo, actor, name: revision } = await site(c);
    const body = await readJsonObject(c.req.raw, 1);
    const tag = requiredText(body, 'tag', 200);
    const message = optionalText(body, 'message');
    const target = async (quarantine: Quarantine) => {
      const commit = await startOf(ctx, repo, revision);
      if (!message) return commit;
      return quarantine.makeTag({ name: tag, commit, message, author: toAuthor(actor), date: ctx.clock() });
    };
    await makeRef(ctx, { repo, actor }, { ref: `refs/tags/${tag}`, overwrite: false, target });
    return c.json({});
  });
}

function deleteRoutes(app: HubApp, ctx: HubContext, path: RepoPath, site: Site): void {
  const folders = { branch: 'heads', tag: 'tags' } as const;
  for (const kind of ['branch', 'tag'] as const) {
    app.delete(`${path}/${kind}/*`, async (c) => {
      const { repo, actor, name } = await site(c);
      const ref = `refs/${folders[kind]}/${name}`;
      const old = await ctx.git.reader(repo.id).ref(ref);
      if (old === null) throw new HubError('revision-not-found', `there is no ${kind} "${name}"`);
      await move(ctx, { repo, actor }, { ref, old, target: async () => null });
      return c.json({});
    });
  }
}

function squashRoute(app: HubApp, ctx: HubContext, path: RepoPath, site: Site): void {
  app.post(`${path}/super-squash/*`, async (c) => {
    const { repo, actor, name } = await site(c);
    const body = await readJsonObject(c.req.raw, 1);
    const ref = `refs/heads/${name}`;
    const old = await startOf(ctx, repo, ref);
    const message = optionalText(body, 'message') || `Super-squash branch '${name}'`;
    const target = (quarantine: Quarantine) =>
      quarantine.squash({ commit: old, message, author: toAuthor(actor), date: ctx.clock() });
    return c.json({ commitId: await move(ctx, { repo, actor }, { ref, old, target }) });
  });
}

interface Who {
  repo: Repo;
  actor: Actor;
}

interface Wanted {
  ref: string;
  overwrite: boolean;
  target(quarantine: Quarantine): Promise<string>;
}

async function makeRef(ctx: HubContext, who: Who, { ref, overwrite, target }: Wanted): Promise<void> {
  if (!isRefName(ref)) throw new HubError('invalid-input', `"${ref}" is not a valid name`);
  const old = await ctx.git.reader(who.repo.id).ref(ref);
  if (old !== null && !overwrite) throw new HubError('ref-exists', 'Reference already exists');
  await move(ctx, who, { ref, old, target });
}

/** Moves one ref; answers what it holds now. */
async function move(
  ctx: HubContext,
  { repo, actor }: Who,
  {
    ref,
    old,
    target,
  }: { ref: string; old: string | null; target(quarantine: Quarantine): Promise<string | null> },
): Promise<string | null> {
  const quarantine = await ctx.git.quarantine(repo.id);
  try {
    const oid = await target(quarantine);
    const updates = [{ ref, old, new: oid }];
    const outcome = await receive(ctx, { repo, actor, via: 'commit', updates, quarantine });
    if (!outcome.ok) throw toHubError(outcome.refused);
    return oid;
  } finally {
    quarantine.discard();
  }
}

async function startOf(ctx: HubContext, repo: Repo, revision: string): Promise<string> {
  const commit = await ctx.git.reader(repo.id).resolve(revision);
  if (commit === null) throw new HubError('revision-not-found', `Invalid rev id: ${revision}`);
  return commit;
}

function emptyCommit(ctx: HubContext, quarantine: Quarantine, actor: Actor): Promise<string> {
  const message = 'Initial commit';
  return quarantine.makeCommit({
    parent: null,
    operations: [],
    author: toAuthor(actor),
    message,
    date: ctx.clock(),
  });
}
