import type { RepoType, WireCommit } from '@assay/spec';
import { toWireDate } from '@assay/spec';
import type { HubContext } from '../context.ts';
import type { CommitInfo } from '../git/objects.ts';
import type { HubApp } from '../http/app.ts';
import { queryOf } from '../http/query.ts';
import { rawRest } from '../http/raw-path.ts';
import { locate, mustSpell } from './locate.ts';
import { nextPage } from './next-page.ts';
import { typePlurals } from './repos.ts';

/** The history behind a revision, newest first. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals)) perType(app, ctx, plural, type);
}

function perType(app: HubApp, ctx: HubContext, plural: string, type: RepoType): void {
  app.get(`/api/${plural}/:namespace/:name/commits/*`, async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const address = { type, fullName, rest: rawRest(c.req.raw, 5), exact: mustSpell(c) };
    const place = await locate(ctx, c.var.actor, address, 'read');
    const query = queryOf(c.req.raw);
    const limit = query.integer('limit', { fallback: 50, min: 1, max: 1000 });
    const page = query.integer('p', { fallback: 0, max: 1_000_000 });
    const total = await place.reader.count(place.commit);
    const commits = await place.reader.log(place.commit, { skip: page * limit, limit });
    const formatted = query.all('expand').includes('formatted');
    const more = (page + 1) * limit < total;
    return c.json(
      commits.map((commit) => toWireCommit(commit, formatted)),
      200,
      {
        'x-total-count': String(total),
        ...(more ? nextPage(ctx, c.req.raw, { p: String(page + 1) }) : {}),
      },
    );
  });
}

function toWireCommit(commit: CommitInfo, formatted: boolean): WireCommit {
  const { oid, title, message, author, parents } = commit;
  const authors = [{ user: author.name }];
  const wire = { id: oid, title, message, date: toWireDate(author.date), authors, parents };
  return formatted
    ? { ...wire, formatted: { title: escapeHtml(title), message: escapeHtml(message) } }
    : wire;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
