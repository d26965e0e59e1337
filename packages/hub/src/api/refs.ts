import type { RepoType, WireRef, WireRefs } from '@assay/spec';
import type { HubContext } from '../context.ts';
import type { GitReader } from '../git/reader.ts';
import type { HubApp } from '../http/app.ts';
import { queryOf } from '../http/query.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { typePlurals } from './repos.ts';

/** A repo's branches, tags and, when asked for, pull requests. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals)) perType(app, ctx, plural, type);
}

function perType(app: HubApp, ctx: HubContext, plural: string, type: RepoType): void {
  app.get(`/api/${plural}/:namespace/:name/refs`, async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, c.var.actor, type, fullName, 'read');
    const query = queryOf(c.req.raw);
    const withPulls = query.flag('include_prs') || query.flag('include_pull_requests');
    return c.json(toWireRefs(await readTargets(ctx.git.reader(repo.id)), withPulls));
  });
}

/** Ref -> commit; tags that name no commit are left out. */
async function readTargets(reader: GitReader): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  for (const [ref, oid] of await reader.refs()) {
    const commit = ref.startsWith('refs/tags/') ? await reader.resolve(oid) : oid;
    if (commit) targets.set(ref, commit);
  }
  return targets;
}

function toWireRefs(targets: Map<string, string>, withPulls: boolean): WireRefs {
  const under = (prefix: string): WireRef[] =>
    [...targets]
      .filter(([ref]) => ref.startsWith(prefix))
      .map(([ref, targetCommit]) => ({ name: ref.slice(prefix.length), ref, targetCommit }));
  const refs: WireRefs = {
    branches: under('refs/heads/'),
    converts: under('refs/convert/'),
    tags: under('refs/tags/'),
  };
  return withPulls ? { ...refs, pullRequests: under('refs/pr/') } : refs;
}
