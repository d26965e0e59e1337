import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { type Account, createAccount } from './accounts.ts';
import type { Actor } from './actor.ts';
import { audit } from './audit.ts';
import { acceptInvitation, findInvitation } from './invitations.ts';
import { assertPasswordAllowed, hashPassword } from './passwords.ts';

export interface NewPerson {
  name: string;
  fullname?: string;
  email?: string;
  /** Left out by administrators only, and for people who sign in elsewhere. */
  password?: string;
  /** Key of a one-time link. */
  invitation?: string;
  /** Who they are for the identity provider, when it sent them. */
  identity?: { issuer: string; subject: string };
}

/**
 * Makes an account, as far as the policy lets whoever asks: administrators always, anybody when it is open, those whom
 * the identity provider sends when it is `oidc`, and whoever holds an invitation unless it is closed.
 * @throws HubError `login-required` or `forbidden` by policy, `invalid-input`, `account-exists`
 */
export async function signUp(ctx: HubContext, asker: Actor | null, person: NewPerson): Promise<Account> {
  await assertWelcome(ctx, asker, person);
  const { name, fullname, email, password, invitation, identity } = person;
  if (password !== undefined) assertPasswordAllowed(password);
  // Without a password nobody could ever log in; an administrator may still give such an account a token.
  if (password === undefined && !identity && !asker?.isAdmin)
    throw new HubError('invalid-input', '"password" is missing');
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  return ctx.db.tx(async (tx) => {
    const account = await createAccount(tx, { kind: 'user', name, fullname, email, passwordHash });
    if (invitation !== undefined) await acceptInvitation(tx, invitation, account.id);
    if (identity) {
      await tx.query('INSERT INTO record.identities (issuer, subject, account_id) VALUES ($1, $2, $3)', [
        identity.issuer,
        identity.subject,
        account.id,
      ]);
    }
    const how = identity
      ? 'oidc'
      : invitation !== undefined
        ? 'invitation'
        : asker
          ? 'administrator'
          : 'open';
    await audit(tx, asker, 'user-created', { account: account.id, name: account.name, how });
    return account;
  });
}

async function assertWelcome(ctx: HubContext, asker: Actor | null, person: NewPerson): Promise<void> {
  const policy = ctx.config.signUp;
  if (asker?.isAdmin && asker.role === 'write') return;
  if (policy === 'open') return;
  if (policy === 'oidc' && person.identity) return;
  if (policy !== 'closed' && person.invitation !== undefined) {
    // Asked again when it is used; here so that a stranger's guess costs no password hash.
    if (await findInvitation(ctx.db, person.invitation)) return;
    throw new HubError('forbidden', 'this invitation was used, has expired or is not right');
  }
  if (!asker)
    throw new HubError('login-required', 'accounts are made by invitation or by administrators here');
  throw new HubError('forbidden', 'only an administrator may make accounts here');
}
