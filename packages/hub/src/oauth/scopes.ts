import type { Permission, TokenScopes } from '../auth/actor.ts';

interface Scope {
  /** What the person allows with it, as the page says it. */
  may: string;
  /** On the person's own repos, and on those of the organisations they choose. */
  permissions: Permission[];
}

/** The Hub's words that this hub can keep. Writing includes making, changing and deleting repos, as with any token here. */
const known: Record<string, Scope> = {
  openid: { may: 'know that it is you', permissions: [] },
  profile: { may: 'read your name and which organisations you belong to', permissions: [] },
  email: { may: 'read your e-mail address', permissions: [] },
  'read-repos': { may: 'read your repos, private ones too', permissions: ['read'] },
  'gated-repos': { may: 'read gated repos that you were let in to', permissions: [] },
  'write-repos': {
    may: 'make, read, change and delete your repos, private ones too',
    permissions: ['read', 'write'],
  },
  'manage-repos': {
    may: 'make, read, change and delete your repos, and change their settings',
    permissions: ['read', 'write'],
  },
  'write-discussions': {
    may: 'open discussions and pull requests and comment, wherever you may',
    permissions: ['discussion'],
  },
};

/** For the discovery document. */
export const knownScopes = Object.keys(known);

/** Pure: what was asked for, parted into what can be given and what this hub does not have. */
export function splitScope(asked: string): { granted: string[]; missing: string[] } {
  const words = [...new Set(asked.split(' ').filter(Boolean))];
  const granted = words.filter((word) => Object.hasOwn(known, word));
  return { granted, missing: words.filter((word) => !granted.includes(word)) };
}

export const sentenceOf = (scope: string): string => known[scope]!.may;

/** Pure: whether repos are asked for, so that the person chooses whose. */
export const opensRepos = (granted: readonly string[]): boolean =>
  granted.some((scope) => known[scope]!.permissions.some((one) => one !== 'discussion'));

/** Pure: what the token will open: the person's own namespace and those of the organisations they chose. */
export function toScopes(granted: readonly string[], accountIds: readonly string[]): TokenScopes {
  const permissions = [...new Set(granted.flatMap((scope) => known[scope]!.permissions))];
  const places = opensRepos(granted) ? accountIds.map((id) => ({ id, permissions })) : [];
  const everywhere: 'discussion'[] = permissions.includes('discussion') ? ['discussion'] : [];
  return { everywhere, gated: granted.includes('gated-repos'), places };
}
