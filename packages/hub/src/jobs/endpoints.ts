import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';

/** Where models are served, on an administrator's word. */
export interface Endpoint {
  name: string;
  baseUrl: string;
  /** Whether the hub has a key for it; the key itself is never given. */
  hasKey: boolean;
  usdPerMillionTokens: number | null;
  createdAt: Date;
}

const columns = `name, base_url AS "baseUrl", api_key IS NOT NULL AS "hasKey",
  usd_per_million_tokens AS "usdPerMillionTokens", created_at AS "createdAt"`;

export function listEndpoints(ctx: HubContext): Promise<Endpoint[]> {
  return ctx.db.query<Endpoint>(`SELECT ${columns} FROM record.endpoints ORDER BY name`);
}

export function findEndpoint(ctx: HubContext, name: string): Promise<Endpoint | null> {
  return ctx.db.maybe<Endpoint>(`SELECT ${columns} FROM record.endpoints WHERE name = $1`, [name]);
}

/** The key of an endpoint, for a worker; undefined when it has none. */
export async function readEndpointKey(ctx: HubContext, name: string): Promise<string | undefined> {
  const row = await ctx.db.maybe<{ key: Buffer | null }>(
    'SELECT api_key AS key FROM record.endpoints WHERE name = $1',
    [name],
  );
  return row?.key ? ctx.secrets.open(row.key, `endpoint ${name}`) : undefined;
}

/** Adds an endpoint, or changes it; a key that is left out stays. @throws HubError `invalid-input` */
export async function setEndpoint(
  ctx: HubContext,
  actor: Actor,
  wanted: { name: string; baseUrl: string; apiKey?: string; usdPerMillionTokens?: number },
): Promise<Endpoint> {
  const { name, apiKey, usdPerMillionTokens = null } = wanted;
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name))
    throw new HubError('invalid-input', 'an endpoint is named with small letters, digits and hyphens');
  const baseUrl = assertBaseUrl(wanted.baseUrl);
  if (usdPerMillionTokens !== null && !(usdPerMillionTokens >= 0 && Number.isFinite(usdPerMillionTokens)))
    throw new HubError('invalid-input', '"usdPerMillionTokens" must be a number from 0');
  const sealed = apiKey ? ctx.secrets.seal(apiKey, `endpoint ${name}`) : null;
  return ctx.db.tx(async (tx) => {
    // A kept key must not go to another server than the one it was given for.
    const row = await tx.one<Endpoint>(
      `INSERT INTO record.endpoints AS e (name, base_url, api_key, usd_per_million_tokens, created_by)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (name) DO UPDATE SET base_url = excluded.base_url,
         usd_per_million_tokens = excluded.usd_per_million_tokens,
         api_key = coalesce(excluded.api_key, CASE WHEN e.base_url = excluded.base_url THEN e.api_key END)
       RETURNING ${columns}`,
      [name, baseUrl, sealed, usdPerMillionTokens, actor.id],
    );
    await audit(tx, actor, 'endpoint-set', { name, baseUrl, key: sealed !== null });
    return row;
  });
}

/** @throws HubError `not-found` */
export async function deleteEndpoint(ctx: HubContext, actor: Actor, name: string): Promise<void> {
  const gone = await ctx.db.query('DELETE FROM record.endpoints WHERE name = $1 RETURNING name', [name]);
  if (gone.length === 0) throw new HubError('not-found', `there is no endpoint ${name.slice(0, 80)}`);
  await audit(ctx.db, actor, 'endpoint-deleted', { name });
}

/** @throws HubError `invalid-input` */
export function assertBaseUrl(text: string): string {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search)
    return text.replace(/\/+$/, '');
  throw new HubError('invalid-input', 'the base URL of a model must be an http or https address', {
    hint: 'It looks like http://127.0.0.1:8000/v1, without a user, a password or a query.',
  });
}
