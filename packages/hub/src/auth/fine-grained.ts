import { parseRepoName, type WireFineGrained, type WireScopeEntity } from '@assay/spec';
import type { HubContext } from '../context.ts';
import type { Sql } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { standingIn } from './access.ts';
import { findAccount } from './accounts.ts';
import type { Actor, Permission, TokenScopes } from './actor.ts';

/** Our words and the Hub's. */
const wirePermissions: Record<Permission, string> = {
  read: 'repo.content.read',
  write: 'repo.write',
  discussion: 'discussion.write',
};
const maxPlaces = 100;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads the `fineGrained` object of a new token: the Hub's form, entities by type and name.
 * @throws HubError `invalid-input`; `repo-not-found`, `forbidden` for places the owner may not see
 */
export async function toTokenScopes(ctx: HubContext, owner: Actor, wire: unknown): Promise<TokenScopes> {
  const given = isRecord(wire) ? wire : {};
  const scoped = given.scoped ?? [];
  if (!Array.isArray(scoped) || scoped.length > maxPlaces)
    throw new HubError('invalid-input', `"fineGrained.scoped" must be a list of at most ${maxPlaces} places`);
  const places = [];
  for (const scope of scoped) {
    const place = isRecord(scope) ? scope : {};
    const allowed = permissionsOf(place.permissions, 'permissions');
    if (allowed.length === 0)
      throw new HubError('invalid-input', 'a place of a token needs at least one permission');
    places.push({ id: await idOf(ctx, owner, place.entity), permissions: allowed });
  }
  const everywhere = permissionsOf(given.global ?? [], 'global');
  if (everywhere.some((permission) => permission !== 'discussion'))
    throw new HubError(
      'invalid-input',
      '"global" may hold discussion.write only; name the places for the rest',
    );
  return { everywhere: everywhere as 'discussion'[], gated: given.canReadGatedRepos === true, places };
}

function permissionsOf(value: unknown, key: string): Permission[] {
  const names = Object.entries(wirePermissions) as [Permission, string][];
  const words = Array.isArray(value) ? value : [null];
  return words.map((word) => {
    const found = names.find(([ours, theirs]) => word === ours || word === theirs);
    if (found) return found[0];
    const known = names.map(([, theirs]) => theirs).join(', ');
    throw new HubError('invalid-input', `"${key}" must be a list of ${known}`);
  });
}

async function idOf(ctx: HubContext, owner: Actor, entity: unknown): Promise<string> {
  const { type, name } = isRecord(entity) ? entity : {};
  if (typeof name !== 'string' || typeof type !== 'string')
    throw new HubError('invalid-input', 'each place needs an "entity" with "type" and "name"');
  if (type === 'model' || type === 'dataset' || type === 'space') {
    const parsed = parseRepoName(name);
    if (!parsed.ok) throw new HubError('invalid-input', `"${name.slice(0, 200)}" is no repo's name`);
    return (await requireRepo(ctx, owner, type, name, 'read')).id;
  }
  const account = await findAccount(ctx.db, name);
  const standing = account && (await standingIn(ctx.db, owner, account.id));
  if (account && account.kind === type && standing) return account.id;
  throw new HubError(
    'forbidden',
    'a token opens repos, your own name, or organisations that you are a member of',
  );
}

/** As `whoami` and lists of tokens tell it. A place that is gone is left out. */
export async function toWireFineGrained(sql: Sql, scopes: TokenScopes): Promise<WireFineGrained> {
  const entities = await entitiesOf(
    sql,
    scopes.places.map(({ id }) => id),
  );
  return {
    canReadGatedRepos: scopes.gated,
    global: scopes.everywhere.map((permission) => wirePermissions[permission]),
    scoped: scopes.places.flatMap(({ id, permissions }) => {
      const entity = entities.get(id);
      return entity ? [{ entity, permissions: permissions.map((one) => wirePermissions[one]) }] : [];
    }),
  };
}

async function entitiesOf(sql: Sql, ids: string[]): Promise<Map<string, WireScopeEntity>> {
  const rows = await sql.query<WireScopeEntity>(
    `SELECT id AS _id, kind AS type, name FROM record.accounts WHERE id = ANY($1) AND deleted_at IS NULL
     UNION ALL
     SELECT id, type, namespace || '/' || name FROM record.repos WHERE id = ANY($1) AND deleted_at IS NULL`,
    [ids],
  );
  return new Map(rows.map((row) => [row._id, row]));
}
