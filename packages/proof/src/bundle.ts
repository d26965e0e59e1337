import { canonicalJson, isCanonicalJson } from '@assay/spec';
import { fromUtf8, toUtf8 } from './bytes.ts';
import { type Envelope, parseEnvelope } from './envelope.ts';
import { ProofError } from './error.ts';
import type { Opening } from './leaf.ts';
import { type Check, digest, exactly, listOf, optional, shape, text } from './shape.ts';

/** The file that proves one result to a stranger without a network: docs/design/bundle.md. */
export const bundleFormat = 'assay-bundle/v1';

/** A leaf with what proves that the log has it. */
export interface LoggedLeaf {
  /** Its bytes as text: canonical JSON. */
  leaf: string;
  /** C2SP tlog-proof: index, inclusion proof and signed checkpoint. */
  receipt: string;
  /** What opens its commitment; needed of sealed leaves. */
  opening?: Opening;
}

export interface Bundle {
  format: typeof bundleFormat;
  /** Verifier key of the log, NAME+HASH+BASE64: who checks should have it from elsewhere. */
  log: string;
  result: {
    /** `ns/name` of the repo that carries the entry. */
    model: string;
    /** The entry as its file writes it, as JSON; its `verifyToken` is the token. */
    entry: Record<string, unknown>;
  };
  envelope: Envelope;
  leaves: { statement: LoggedLeaf; token: LoggedLeaf };
  /** The life of the key that signed, as the log tells it. */
  key: { made: LoggedLeaf; retired?: LoggedLeaf; revoked?: LoggedLeaf };
  /** Opens the samples' leaves of a benchmark that is not public: 64 hex digits. */
  sampleSalt?: string;
}

const logged: Check = shape({
  leaf: text,
  receipt: text,
  opening: optional(shape({ salt: digest, content: text })),
});

const anyObject: Check = (value, at) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? null : `${at} is no object`;

const whole: Check = shape({
  format: exactly(bundleFormat),
  log: text,
  result: shape({ model: text, entry: anyObject }),
  envelope: shape({
    payload: text,
    payloadType: text,
    signatures: listOf(shape({ keyid: text, sig: text })),
  }),
  leaves: shape({ statement: logged, token: logged }),
  key: shape({ made: logged, retired: optional(logged), revoked: optional(logged) }),
  sampleSalt: optional(digest),
});

export function formatBundle(bundle: Bundle): Uint8Array {
  return toUtf8(canonicalJson(bundle));
}

/** @throws ProofError `bad-bundle` unless the bytes are the canonical JSON of a bundle */
export function parseBundle(bytes: Uint8Array): Bundle {
  let source: string;
  let value: unknown;
  try {
    source = fromUtf8(bytes);
    value = JSON.parse(source);
  } catch (cause) {
    throw new ProofError('bad-bundle', 'a bundle is JSON in UTF-8', { cause });
  }
  const problem = whole(value, 'bundle');
  if (problem) throw new ProofError('bad-bundle', problem);
  if (!isCanonicalJson(value, source))
    throw new ProofError('bad-bundle', 'the bundle is not in its canonical form');
  const bundle = value as Bundle;
  parseEnvelope(bundle.envelope);
  return bundle;
}
