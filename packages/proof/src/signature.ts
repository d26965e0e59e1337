import { ed25519 } from '@noble/curves/ed25519.js';

/**
 * Says whether an Ed25519 signature holds; must refuse what RFC 8032 refuses. Who checks many at once may hand in a
 * faster one than ours, which runs anywhere.
 */
export type VerifySignature = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

export const verifyStrictly: VerifySignature = (signature, message, publicKey) =>
  signature.length === 64 && ed25519.verify(signature, message, publicKey, { zip215: false });
