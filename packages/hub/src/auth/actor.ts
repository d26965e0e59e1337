import type { TokenScopes } from './token-scopes.ts';

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
