import { parseVerifierKey } from '@assay/proof';
import { newId, toWireDate } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import type { Sql, Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { followVerdictsIn, modelsOf } from '../index/follow-verdicts.ts';
import { queueLeaf } from '../tlog/queue.ts';
import { assertPublicKeys, type PublicJwk } from './public-jwk.ts';

/**
 * How much an issuer's word is worth, least first: nothing; a claim that only its maker can check; a CI system that says
 * which workflow ran; a worker that ran the benchmark itself and logged a statement.
 */
export const levels = ['none', 'claim', 'ci', 'worker'] as const;
export type Level = (typeof levels)[number];

/** `own`: this hub. `hub`: another one, by its log. `ci`: OIDC tokens. `opaque`: tokens that nobody else can check. */
export const issuerKinds = ['own', 'hub', 'ci', 'opaque'] as const;
type IssuerKind = (typeof issuerKinds)[number];

/** The most that the kind can be worth: nothing makes an uncheckable text a proof. */
const mostOfKind: Record<IssuerKind, Level> = { own: 'worker', hub: 'worker', ci: 'ci', opaque: 'claim' };

/** An issuer as Assay's own API tells it. */
export interface ApiIssuer {
  id: string;
  kind: IssuerKind;
  name: string;
  url: string;
  level: Level;
  /** Verifier key of its log. */
  logKey?: string;
  /** Subject that its tokens must have. */
  subject?: string;
  addedAt: string;
  statements: number;
  keys: { kid: string; revoked: boolean }[];
}

export interface NewIssuer {
  kind: IssuerKind;
  name: string;
  url: string;
  level: Level;
  logKey?: string;
  subject?: string;
  keys: PublicJwk[];
}

export async function listIssuers(sql: Sql): Promise<ApiIssuer[]> {
  const rows = await sql.query<
    Omit<ApiIssuer, 'addedAt' | 'logKey' | 'subject'> & {
      addedAt: Date;
      logKey: string | null;
      subject: string | null;
    }
  >(
    `SELECT i.id, i.kind, i.name, i.url, i.level, i.log_key AS "logKey", i.subject, i.added_at AS "addedAt",
       (SELECT count(*)::int FROM record.statements s WHERE s.issuer_id = i.id) AS statements,
       coalesce((SELECT jsonb_agg(jsonb_build_object('kid', k.kid, 'revoked', k.revoked_at IS NOT NULL) ORDER BY k.kid)
         FROM record.issuer_keys k WHERE k.issuer_id = i.id), '[]') AS keys
     FROM record.issuers i WHERE i.removed_at IS NULL ORDER BY (i.kind = 'own') DESC, i.added_at, i.id`,
  );
  return rows.map(({ addedAt, logKey, subject, ...row }) => ({
    ...row,
    addedAt: toWireDate(addedAt),
    ...(logKey && { logKey }),
    ...(subject && { subject }),
  }));
}

/**
 * Begins to believe an issuer. Administrative: audited, logged.
 * @throws HubError `invalid-input`; `conflict` when there is one of this address
 */
export async function addIssuer(ctx: HubContext, actor: Actor, issuer: NewIssuer): Promise<ApiIssuer> {
  assertSound(issuer);
  return ctx.db.tx(async (tx) => {
    const id = newId();
    const known = await tx.maybe<{ id: string; removed: boolean }>(
      'SELECT id, removed_at IS NOT NULL AS removed FROM record.issuers WHERE url = $1 FOR UPDATE',
      [issuer.url],
    );
    if (known && !known.removed)
      throw new HubError('conflict', `there is an issuer of ${issuer.url} already`);
    const { id: kept } = await tx.one<{ id: string }>(
      `INSERT INTO record.issuers (id, kind, name, url, level, log_key, subject, added_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (url) DO UPDATE SET kind = $2, name = $3, level = $5, log_key = $6, subject = $7, added_by = $8,
         added_at = now(), removed_at = NULL
       RETURNING id`,
      [
        id,
        issuer.kind,
        issuer.name,
        issuer.url,
        issuer.level,
        issuer.logKey ?? null,
        issuer.subject ?? null,
        actor.id,
      ],
    );
    await putKeys(tx, kept, issuer.keys);
    await tell(tx, actor, 'issuer-added', { id: kept, ...issuer });
    await followVerdictsIn(tx, await modelsOf(tx, { issuerId: kept }));
    return requireIssuer(tx, kept);
  });
}

/** Changes how far an issuer is believed, or its keys; badges and boards follow in the same transaction. */
export async function changeIssuer(
  ctx: HubContext,
  actor: Actor,
  id: string,
  change: { level?: Level; name?: string; keys?: PublicJwk[] },
): Promise<ApiIssuer> {
  return ctx.db.tx(async (tx) => {
    const issuer = await requireIssuer(tx, id);
    const { level = issuer.level, name = issuer.name } = change;
    assertLevel(issuer.kind, level);
    await tx.query('UPDATE record.issuers SET level = $2, name = $3 WHERE id = $1', [id, level, name]);
    if (change.keys) {
      assertPublicKeys(change.keys);
      await putKeys(tx, id, change.keys);
    }
    const keys = (change.keys ?? []).map(({ kid }) => ({ kid }));
    await tell(tx, actor, 'issuer-changed', { id, kind: issuer.kind, level, name, url: issuer.url, keys });
    await followVerdictsIn(tx, await modelsOf(tx, { issuerId: id }));
    return requireIssuer(tx, id);
  });
}

/** Believes an issuer no more. What it said stays kept, without a badge. @throws HubError `invalid-input` for this hub itself */
export async function removeIssuer(ctx: HubContext, actor: Actor, id: string): Promise<void> {
  await ctx.db.tx(async (tx) => {
    const { kind, name, url, level } = await requireIssuer(tx, id);
    if (kind === 'own')
      throw new HubError(
        'invalid-input',
        'this hub cannot be removed from its own issuers; give it the level none',
      );
    await tx.query('UPDATE record.issuers SET removed_at = now() WHERE id = $1', [id]);
    await tell(tx, actor, 'issuer-removed', { id, kind, name, url, level, keys: [] });
    await followVerdictsIn(tx, await modelsOf(tx, { issuerId: id }));
  });
}

/** The least level that earns the badge. */
export async function readVerifiedLevel(sql: Sql): Promise<Level> {
  const row = await sql.maybe<{ value: Level }>(
    "SELECT value #>> '{}' AS value FROM record.settings WHERE key = 'verified-level'",
  );
  return row?.value ?? 'worker';
}

export async function setVerifiedLevel(ctx: HubContext, actor: Actor, level: Level): Promise<void> {
  if (level === 'none' || level === 'claim')
    throw new HubError('invalid-input', 'the badge asks at least for the level ci: a claim proves nothing');
  await ctx.db.tx(async (tx) => {
    await tx.query(
      `INSERT INTO record.settings (key, value) VALUES ('verified-level', to_jsonb($1::text))
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      [level],
    );
    await audit(tx, actor, 'verified-level', { level });
    await queueLeaf(tx, { kind: 'policy', facts: { verifiedLevel: level } });
    await followVerdictsIn(tx, await modelsOf(tx, {}));
  });
}

async function requireIssuer(sql: Sql, id: string): Promise<ApiIssuer> {
  const found = (await listIssuers(sql)).find((issuer) => issuer.id === id);
  if (!found) throw new HubError('not-found', `there is no issuer ${id.slice(0, 40)}`);
  return found;
}

/** Adds keys; one that was revoked stays so. */
async function putKeys(tx: Tx, issuerId: string, keys: PublicJwk[]): Promise<void> {
  for (const jwk of keys) {
    await tx.query(
      `INSERT INTO record.issuer_keys (issuer_id, kid, jwk) VALUES ($1, $2, $3)
       ON CONFLICT (issuer_id, kid) DO UPDATE SET jwk = excluded.jwk`,
      [issuerId, jwk.kid, JSON.stringify(jwk)],
    );
  }
}

async function tell(
  tx: Tx,
  actor: Actor,
  what: 'issuer-added' | 'issuer-changed' | 'issuer-removed',
  about: { id: string; kind: IssuerKind; level: Level; name: string; url: string; keys: { kid: string }[] },
): Promise<void> {
  const { id, kind, level, name, url } = about;
  const keys = about.keys.map(({ kid }) => kid);
  await audit(tx, actor, what, { issuer: id, kind, level, name, url, keys });
  await queueLeaf(tx, {
    kind: what,
    facts: { issuer: id, issuerKind: kind, level, keys },
    content: { name, url },
  });
}

function assertSound({ kind, level, url, logKey, subject, keys }: NewIssuer): void {
  if (kind === 'own') throw new HubError('invalid-input', 'this hub is an issuer already');
  const isAddress = URL.canParse(url) && /^(https?|urn):$/.test(new URL(url).protocol);
  if (!isAddress)
    throw new HubError('invalid-input', '"url" must be the issuer in its tokens: https://…, or urn:…');
  assertLevel(kind, level);
  assertPublicKeys(keys);
  if (kind === 'hub') assertLogKey(logKey);
  if (kind === 'ci' && (keys.length === 0 || !subject))
    throw new HubError('invalid-input', 'a CI system needs "keys" and the "subject" its tokens must have');
}

function assertLogKey(logKey: string | undefined): void {
  try {
    parseVerifierKey(logKey ?? '');
  } catch (cause) {
    throw new HubError('invalid-input', '"logKey" must be the verifier key of the other hub\'s log', {
      cause,
      hint: 'It is at /tlog/vkey there; better still, take it from a place that you trust.',
    });
  }
}

function assertLevel(kind: IssuerKind, level: Level): void {
  const most = mostOfKind[kind];
  if (levels.indexOf(level) > levels.indexOf(most))
    throw new HubError('invalid-input', `an issuer of kind ${kind} can be worth ${most} at most`);
}
