import { nameProblem } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { assertAccountName } from './accounts.ts';
import type { Actor } from './actor.ts';
import { audit } from './audit.ts';
import type { Arrival } from './oidc-sign-in.ts';
import { signUp } from './sign-up.ts';

/** Names with a number behind them that are tried. */
const mostTries = 50;

/**
 * The account of who came back from the identity provider: the one that is tied to them or, as far as the policy lets
 * them, a new one. An address alone ties nobody to an account that is there: providers differ in how they check one.
 * @throws HubError what `signUp` throws; `forbidden` for a closed account
 */
export async function admit(
  ctx: HubContext,
  arrival: Arrival,
  invitation: string | undefined,
): Promise<{ id: string }> {
  const { issuer, subject } = arrival;
  const known = await ctx.db.maybe<{ id: string; closed: boolean }>(
    `SELECT a.id, a.deleted_at IS NOT NULL AS closed FROM record.identities i
       JOIN record.accounts a ON a.id = i.account_id WHERE i.issuer = $1 AND i.subject = $2`,
    [issuer, subject],
  );
  if (known && !known.closed) return known;
  if (known) throw new HubError('forbidden', 'this account is closed');
  return signUp(ctx, null, {
    name: await freeName(ctx, arrival),
    fullname: arrival.fullname?.slice(0, 200) ?? undefined,
    email: arrival.email?.slice(0, 320) ?? undefined,
    identity: { issuer, subject },
    invitation,
  });
}

/** Ties a person of the provider to the account that is signed in. @throws HubError `conflict` when it is another's */
export async function tieIdentity(ctx: HubContext, actor: Actor, arrival: Arrival): Promise<void> {
  const { issuer, subject } = arrival;
  await ctx.db.tx(async (tx) => {
    await tx.query(
      'INSERT INTO record.identities (issuer, subject, account_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [issuer, subject, actor.id],
    );
    const { owner } = await tx.one<{ owner: string }>(
      'SELECT account_id AS owner FROM record.identities WHERE issuer = $1 AND subject = $2',
      [issuer, subject],
    );
    if (owner !== actor.id) throw new HubError('conflict', 'this identity belongs to another account');
    await audit(tx, actor, 'identity-tied', { issuer });
  });
}

/** What the provider calls them, made into a name that is allowed and free. */
async function freeName(ctx: HubContext, { username, email }: Arrival): Promise<string> {
  const wish = (username ?? email ?? 'person').split('@')[0]!;
  const plain = wish
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/([-.])[-.]+/g, '$1')
    .replace(/^[-._]+|[-._]+$/g, '')
    .slice(0, 40);
  const base = nameProblem(plain) === null ? plain : 'person';
  for (let n = 1; n <= mostTries; n += 1) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (isAllowed(name) && !(await isTaken(ctx, name))) return name;
  }
  throw new HubError('account-exists', `no name near ${base} is free`);
}

function isAllowed(name: string): boolean {
  try {
    assertAccountName(name);
    return true;
  } catch {
    return false;
  }
}

/** Names of closed accounts are not free either. */
async function isTaken(ctx: HubContext, name: string): Promise<boolean> {
  return (await ctx.db.maybe('SELECT 1 FROM record.accounts WHERE lower(name) = lower($1)', [name])) !== null;
}
