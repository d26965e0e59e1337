import { canonicalJson, isCanonicalJson } from '@assay/spec';
import { ed25519 } from '@noble/curves/ed25519.js';
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from './bytes.ts';
import { ProofError } from './error.ts';
import { type VerifySignature, verifyStrictly } from './signature.ts';

/** What a `verifyToken` claims: the statement that says it all, and enough to see at once that it is misplaced. */
export interface TokenClaims {
  /** Issuer: the hub's public URL. */
  iss: string;
  /** The model repo, ns/name. */
  sub: string;
  /** SHA-256 of the statement's payload, 64 hex digits. */
  statement: string;
  /** Seconds since 1970. */
  iat: number;
}

/** Seconds from 1970 to the last moment that a date can name (ECMA-262 §21.4.1.1). */
const furthest = 8.64e12;

/** What is signed of a token: header and claims as canonical JSON, so one claim has one spelling. EdDSA (RFC 8037). */
export function toTokenText(claims: TokenClaims, kid: string): string {
  const header = toBase64Url(toUtf8(canonicalJson({ alg: 'EdDSA', kid, typ: 'JWT' })));
  return `${header}.${toBase64Url(toUtf8(canonicalJson({ ...claims })))}`;
}

/** The token: a compact JWS. @param signature over the text's bytes, 64 bytes */
export function toToken(text: string, signature: Uint8Array): string {
  return `${text}.${toBase64Url(signature)}`;
}

export function signToken(claims: TokenClaims, kid: string, secretKey: Uint8Array): string {
  const text = toTokenText(claims, kid);
  return toToken(text, ed25519.sign(toUtf8(text), secretKey));
}

function parseCanonical(part: string): Record<string, unknown> {
  const text = fromUtf8(fromBase64Url(part));
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || !isCanonicalJson(value, text)) {
    throw new ProofError('bad-token', 'a part of the token is not canonical JSON');
  }
  return value as Record<string, unknown>;
}

function parseParts(token: string): {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  signed: string;
  signature: Uint8Array;
} {
  const parts = token.split('.');
  const [header = '', body = '', signature = ''] = parts;
  if (parts.length !== 3) throw new ProofError('bad-token', 'a token has three parts');
  try {
    return {
      header: parseCanonical(header),
      claims: parseCanonical(body),
      signed: `${header}.${body}`,
      signature: fromBase64Url(signature),
    };
  } catch (cause) {
    if (cause instanceof ProofError) throw cause;
    throw new ProofError('bad-token', 'a part of the token is not JSON', { cause });
  }
}

/** The claims, once the signature by a trusted key is verified. Says nothing about revocation or the log. */
export function openToken(
  token: string,
  keyOf: (kid: string) => Uint8Array | undefined,
  verify: VerifySignature = verifyStrictly,
): { claims: TokenClaims; kid: string } {
  const { header, claims, signed, signature } = parseParts(token);
  if (header.alg !== 'EdDSA' || typeof header.kid !== 'string')
    throw new ProofError('bad-token', 'only EdDSA tokens with a kid are known here');
  const key = keyOf(header.kid);
  if (!key) throw new ProofError('unknown-key', 'the token is signed by no key that is trusted here');
  if (!verify(signature, toUtf8(signed), key)) {
    throw new ProofError('signature-mismatch', 'the signature is not over this token');
  }
  const { iss, sub, statement, iat } = claims;
  const isWhole =
    typeof iss === 'string' &&
    typeof sub === 'string' &&
    typeof iat === 'number' &&
    Math.abs(iat) <= furthest &&
    typeof statement === 'string';
  if (!isWhole || !/^[0-9a-f]{64}$/.test(statement))
    throw new ProofError('bad-token', 'the token lacks iss, sub, iat or statement');
  return { claims: { iss, sub, statement, iat }, kid: header.kid };
}
