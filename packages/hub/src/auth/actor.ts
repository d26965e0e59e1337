/** Who asks. Null stands for an anonymous reader. */
export interface Actor {
  /** Account id. */
  id: string;
  name: string;
  isAdmin: boolean;
  /** What the credential allows: a read token writes nothing, whoever owns it. */
  role: 'read' | 'write';
  via: 'token' | 'session';
  /** The token used, when one was. */
  token?: { id: string; displayName: string; createdAt: Date };
}
