export type Permission = 'read' | 'write' | 'discussion';

/** What a fine-grained token opens; never more than its owner may. */
export interface TokenScopes {
  /** Comments and pull requests wherever its owner can see a repo. */
  everywhere: 'discussion'[];
  /** Files of public gated repos that its owner was granted. */
  gated: boolean;
  /** Repos, or accounts with all their repos, by id. */
  places: { id: string; permissions: Permission[] }[];
}

/** Who asks. Null stands for an anonymous reader. */
export interface Actor {
  /** Account id. */
  id: string;
  name: string;
  isAdmin: boolean;
  /** What the credential allows: a read token writes nothing, whoever owns it. Fine-grained ones read: see `scopes`. */
  role: 'read' | 'write';
  /** Of a fine-grained token: what it opens, and nothing else. It administers neither the hub nor the account. */
  scopes?: TokenScopes;
  via: 'token' | 'session';
  /** The token used, when one was. */
  token?: { id: string; displayName: string; createdAt: Date };
}
