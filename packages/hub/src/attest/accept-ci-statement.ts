import { parseStatement, statementDigest, statementPayloadType } from '@assay/proof';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { keepForeignStatement } from './keep-foreign-statement.ts';
import { assertOidcToken } from './oidc-token.ts';
import type { PublicJwk } from './public-jwk.ts';

/** What the ID token of a CI run must be addressed to: so it vouches for one statement and no other. */
export const audienceOf = (digest: string): string => `assay:statement:${digest}`;

/**
 * Takes a statement that a CI run vouches for by its OIDC token. The token expires in minutes; that it was valid when it
 * came stands in the log, and that is what counts from then on.
 * @throws HubError `invalid-input`; the codes of `requireRepo`
 */
export async function acceptCiStatement(
  ctx: HubContext,
  actor: Actor,
  sent: { payload: Uint8Array; token: string },
): Promise<{ statement: string }> {
  const { predicate } = readStatement(sent.payload);
  const digest = statementDigest(sent.payload);
  const issuer = await ctx.db.maybe<{ id: string; subject: string; keys: PublicJwk[] }>(
    `SELECT i.id, i.subject, (SELECT coalesce(jsonb_agg(k.jwk), '[]') FROM record.issuer_keys k
       WHERE k.issuer_id = i.id AND k.revoked_at IS NULL) AS keys
     FROM record.issuers i WHERE i.kind = 'ci' AND i.url = $1 AND i.removed_at IS NULL AND i.level <> 'none'`,
    [predicate.issuer],
  );
  if (!issuer)
    throw new HubError('invalid-input', `${predicate.issuer.slice(0, 200)} is no CI system known here`);
  const { subject, keys } = issuer;
  const wanted = { issuer: predicate.issuer, subject, audience: audienceOf(digest), keys, now: ctx.clock() };
  const { kid, subject: who } = assertOidcToken(sent.token, wanted);
  return keepForeignStatement(ctx, actor, {
    issuerId: issuer.id,
    kid,
    payload: sent.payload,
    envelope: {
      payload: Buffer.from(sent.payload).toString('base64'),
      payloadType: statementPayloadType,
      signatures: [],
    },
    predicate,
    token: sent.token,
    sampleSalt: null,
    provenance: null,
    seen: { subject: who },
    act: 'statement-accepted',
  });
}

function readStatement(payload: Uint8Array) {
  try {
    return parseStatement(payload);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : '';
    throw new HubError('invalid-input', `this is no statement about a result: ${why}`, { cause });
  }
}
