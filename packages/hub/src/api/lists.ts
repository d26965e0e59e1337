import type { RepoType } from '@assay/spec';
import type { Context } from 'hono';
import type { HubContext } from '../context.ts';
import type { HubApp, HubEnv } from '../http/app.ts';
import { fromCursor, toCursor } from '../http/cursor.ts';
import { type Query, queryOf } from '../http/query.ts';
import { fullListFields, listFields, toRepoInfo } from './info-fields.ts';
import { listRepos } from './list-query.ts';
import { nextPage } from './next-page.ts';
import { toParameterCount } from './parameter-count.ts';
import { typePlurals } from './repos.ts';

/** Page sizes: the Hub's clients ask for all there is, page by page. `full` opens every repo, so its pages are small. */
const pageSize = 100;
const maxPage = 1_000;
const maxFullPage = 100;

/** Repos found by name, author and tags. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals))
    app.get(`/api/${plural}`, (c) => list(ctx, c, type));
}

async function list(ctx: HubContext, c: Context<HubEnv>, type: RepoType): Promise<Response> {
  const query = queryOf(c.req.raw);
  const fields = fieldsOf(query);
  const max = fields.includes('siblings') ? maxFullPage : maxPage;
  const gated = query.get('gated');
  const { rows, next } = await listRepos(ctx, c.var.actor, {
    type,
    search: query.all('search').filter(Boolean),
    author: query.get('author') || undefined,
    tags: [...query.all('filter'), ...query.all('pipeline_tag'), ...query.all('library')].filter(Boolean),
    gated: gated ? query.flag('gated') : undefined,
    parameters: parametersOf(query.get('num_parameters')),
    sort: query.get('sort') || 'createdAt',
    limit: query.integer('limit', { fallback: pageSize, min: 1, max }),
    after: fromCursor(query.get('cursor'), { key: '', id: '' }),
  });
  const infos = await Promise.all(rows.map((row) => toRepoInfo(ctx, row, { fields })));
  return c.json(infos, 200, next ? nextPage(ctx, c.req.raw, { cursor: toCursor(next) }) : undefined);
}

function fieldsOf(query: Query): readonly string[] {
  const expand = query.all('expand');
  if (expand.length > 0) return expand;
  if (query.flag('full')) return fullListFields;
  return query.flag('cardData') ? [...listFields, 'cardData'] : listFields;
}

/** `min:6B,max:128B` */
function parametersOf(text: string | undefined): { min: number | null; max: number | null } | undefined {
  if (!text) return undefined;
  const parts = new Map(text.split(',').map((part) => part.split(':') as [string, string | undefined]));
  const read = (key: string) => (parts.get(key) ? toParameterCount(parts.get(key)!, 'num_parameters') : null);
  return { min: read('min'), max: read('max') };
}
