import type { RepoType } from '@assay/spec';
import type { Context } from 'hono';
import type { HubContext } from '../context.ts';
import { pullRequestOf } from '../git/ref-names.ts';
import type { HubApp, HubEnv } from '../http/app.ts';
import { queryOf } from '../http/query.ts';
import { rawRest } from '../http/raw-path.ts';
import { readCardRow } from '../index/read-card.ts';
import type { Repo } from '../repos/repo.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { infoFields, toRepoInfo } from './info-fields.ts';
import { type HeadFacts, loadInfo } from './info-query.ts';
import { assertOwnName, locate, mustSpell } from './locate.ts';
import { typePlurals } from './repos.ts';

/** What a repo is, at its head or at a revision. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals)) {
    const path = `/api/${plural}/:namespace/:name` as const;
    app.get(path, async (c) => {
      const repo = await requireRepo(ctx, c.var.actor, type, nameOf(c), 'read');
      if (mustSpell(c)) assertOwnName(repo, nameOf(c));
      const sha = await ctx.git.reader(repo.id).resolve('refs/heads/main');
      return answer(ctx, c, { repo, sha, revision: 'main' });
    });
    app.get(`${path}/revision/*`, (c) => infoAt(ctx, c, type));
  }
}

const nameOf = (c: Context<HubEnv>) => `${c.req.param('namespace')}/${c.req.param('name')}`;

async function infoAt(ctx: HubContext, c: Context<HubEnv>, type: RepoType): Promise<Response> {
  const address = { type, fullName: nameOf(c), rest: rawRest(c.req.raw, 5), exact: mustSpell(c) };
  const { repo, commit, revision } = await locate(ctx, c.var.actor, address, 'read');
  return answer(ctx, c, { repo, sha: commit, revision });
}

interface Wanted {
  repo: Repo;
  sha: string | null;
  /** As the client names it. */
  revision: string;
}

async function answer(
  ctx: HubContext,
  c: Context<HubEnv>,
  { repo, sha, revision }: Wanted,
): Promise<Response> {
  const query = queryOf(c.req.raw);
  const expand = query.all('expand');
  const row = await loadInfo(ctx.db, repo.id);
  const head = sha === null || sha === row.head.sha ? row.head : await headAt(ctx, repo, sha);
  const info = await toRepoInfo(
    ctx,
    { ...row, head },
    {
      fields: expand.length > 0 ? expand : infoFields,
      blobs: query.flag('blobs'),
      securityStatus: query.flag('securityStatus'),
      pullRequest: pullRequestOf(revision) ?? undefined,
    },
  );
  return c.json(info);
}

/** Of a commit that is not main's head the card is read where it lies. */
async function headAt(ctx: HubContext, repo: Repo, sha: string): Promise<HeadFacts> {
  const row = await readCardRow(ctx.git.reader(repo.id), repo, sha);
  const { card, tags, parameters } = row;
  return {
    sha,
    lastModified: new Date(row.last_modified),
    card,
    tags,
    baseModels: row.base_models,
    parameters,
  };
}
