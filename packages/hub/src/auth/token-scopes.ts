import type { Actor } from './actor.ts';

/** What the credential alone allows at a place, whoever owns it. */
export interface Grant {
  /** To see there what only members see. */
  read: boolean;
  write: boolean;
  discuss: boolean;
  /** To use what its owner was granted on a gated repo. */
  gated: boolean;
}

/** Pure: what the actor's credential allows on a repo or, without `id`, in an account's namespace. */
export function grantOf(actor: Actor | null, place: { id?: string; ownerId: string }): Grant {
  if (!actor) return { read: false, write: false, discuss: false, gated: false };
  const { scopes } = actor;
  if (!scopes) {
    const write = actor.role === 'write';
    return { read: true, write, discuss: write, gated: true };
  }
  const given = scopes.places
    .filter(({ id }) => id === place.id || id === place.ownerId)
    .flatMap((scope) => scope.permissions);
  const write = given.includes('write');
  return {
    read: given.length > 0,
    write,
    discuss: write || given.includes('discussion') || scopes.everywhere.includes('discussion'),
    gated: given.length > 0 || scopes.gated,
  };
}

/** For SQL: narrows what members see to the places of a fine-grained token; `alias` is `record.repos`. */
export function inScopeSql(actor: Actor | null, alias: string): string {
  if (!actor?.scopes) return 'true';
  // Only ids that are nothing but hex go into the text.
  const ids = actor.scopes.places.map(({ id }) => id).filter((id) => /^[0-9a-f]{24}$/.test(id));
  if (ids.length === 0) return 'false';
  const list = ids.map((id) => `'${id}'`).join(', ');
  return `(${alias}.id IN (${list}) OR ${alias}.owner_id IN (${list}))`;
}
