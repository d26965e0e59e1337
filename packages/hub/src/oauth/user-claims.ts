import { findAccountById, membershipsOf } from '../auth/accounts.ts';
import type { Sql } from '../db/sql.ts';

/**
 * What an app learns about a person, in the words of OpenID Connect and of the Hub. The address is never called verified:
 * everybody writes their own into their profile, and apps would take it for proof.
 */
export async function readUserClaims(
  sql: Sql,
  accountId: string,
  oauthScope: string,
  base: string,
): Promise<{ sub: string }> {
  const scopes = oauthScope.split(' ');
  const account = (await findAccountById(sql, accountId))!;
  const picture = `${base}/hallmark.svg`; // people have no pictures here
  const orgs = scopes.includes('profile') ? await membershipsOf(sql, accountId) : [];
  return {
    sub: account.id,
    ...(scopes.includes('profile') && {
      name: account.fullname || account.name,
      preferred_username: account.name,
      profile: `${base}/${account.name}`,
      picture,
      isPro: false,
      orgs: orgs.map(({ org, role }) => ({
        sub: org.id,
        name: org.fullname || org.name,
        preferred_username: org.name,
        picture,
        isEnterprise: false,
        roleInOrg: role,
      })),
    }),
    ...(scopes.includes('email') && account.email && { email: account.email, email_verified: false }),
  };
}
