import { ed25519 } from '@noble/curves/ed25519.js';
import { concatBytes, fromBase64, toBase64, toUtf8 } from './bytes.ts';
import { ProofError } from './error.ts';
import { type VerifySignature, verifyStrictly } from './signature.ts';

/** A DSSE envelope, JSON form (secure-systems-lab/dsse, protocol v1). */
export interface Envelope {
  payload: string;
  payloadType: string;
  signatures: { keyid: string; sig: string }[];
}

export const statementPayloadType = 'application/vnd.in-toto+json';

/** DSSE pre-authentication encoding: "DSSEv1" SP len SP type SP len SP payload; lengths in bytes. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = toUtf8(payloadType);
  return concatBytes(toUtf8(`DSSEv1 ${type.length} `), type, toUtf8(` ${payload.length} `), payload);
}

/** @param signature over `preAuthEncoding` of type and payload, 64 bytes */
export function toEnvelope(
  payloadType: string,
  payload: Uint8Array,
  keyid: string,
  signature: Uint8Array,
): Envelope {
  return { payload: toBase64(payload), payloadType, signatures: [{ keyid, sig: toBase64(signature) }] };
}

export function signEnvelope(
  payloadType: string,
  payload: Uint8Array,
  keyid: string,
  secretKey: Uint8Array,
): Envelope {
  return toEnvelope(
    payloadType,
    payload,
    keyid,
    ed25519.sign(preAuthEncoding(payloadType, payload), secretKey),
  );
}

export function parseEnvelope(value: unknown): Envelope {
  const candidate = value as Partial<Envelope> | null;
  const signatures = candidate?.signatures;
  const isWhole =
    typeof candidate?.payload === 'string' &&
    typeof candidate.payloadType === 'string' &&
    Array.isArray(signatures) &&
    signatures.length > 0 &&
    signatures.every(
      (signature) => typeof signature?.sig === 'string' && typeof signature.keyid === 'string',
    );
  if (!isWhole)
    throw new ProofError(
      'bad-envelope',
      'an envelope has payload, payloadType and signatures with keyid and sig',
    );
  return candidate as Envelope;
}

/**
 * The payload, once a signature by one of the given keys is verified.
 * @param keyOf the Ed25519 public key of a key id, undefined when it is not trusted
 */
export function openEnvelope(
  envelope: Envelope,
  keyOf: (keyid: string) => Uint8Array | undefined,
  verify: VerifySignature = verifyStrictly,
): { payload: Uint8Array; keyid: string } {
  const payload = fromBase64(envelope.payload);
  const message = preAuthEncoding(envelope.payloadType, payload);
  let known = false;
  for (const { keyid, sig } of envelope.signatures) {
    const key = keyOf(keyid);
    if (!key) continue;
    known = true;
    if (verify(fromBase64(sig), message, key)) return { payload, keyid };
  }
  throw known
    ? new ProofError('signature-mismatch', 'no signature of the envelope is over this payload')
    : new ProofError('unknown-key', 'the envelope is signed by no key that is trusted here');
}
