import { parentPort, workerData } from 'node:worker_threads';
import type { Trust } from '@assay/proof';
import { checkBytes } from './check-proofs.ts';
import { createRememberingVerifier, verifyWithOpenssl } from './trust-file.ts';

// One thread of `createProofChecker`: bytes of bundles in, what was found out, in the same order.
const trust: Trust = { ...workerData.trust, verify: createRememberingVerifier(verifyWithOpenssl) };
parentPort!.on('message', (bundles: Uint8Array[]) =>
  parentPort!.postMessage(bundles.map((bytes) => checkBytes(bytes, trust))),
);
