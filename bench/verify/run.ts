// How many results one process checks in a second, offline: bundle parsed, statement, token, entry, key, inclusion of three
// leaves, checkpoint and cosignature. Every bundle is another one. First 10,000 results of one log: its checkpoint's two
// signatures are the same bytes each time and checked once; then logs that have nothing in common.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { checkProofs, formatBundle, parseBundle, type VerifySignature, verifyStrictly } from '@assay/proof';
import type { Checked } from '../../packages/cli/src/check-proofs.ts';
import { createProofChecker } from '../../packages/cli/src/proof-checker.ts';
import { createRememberingVerifier, verifyWithOpenssl } from '../../packages/cli/src/trust-file.ts';
import {
  logKey,
  makeBundle,
  makeBundles,
  predicateOf,
  witnessKey,
} from '../../packages/proof/src/bundle-fixture.ts';

const total = Number(process.argv[2] ?? 10_000);
const predicates = Array.from({ length: total }, (_, at) => predicateOf({ value: at / total }));
const oneLog = (await makeBundles(predicates)).map(formatBundle);
const manyLogs: Uint8Array[] = [];
for (const predicate of predicates.slice(0, total / 10))
  manyLogs.push(formatBundle(await makeBundle({ predicate })));

function measure(name: string, bundles: Uint8Array[], verify: VerifySignature) {
  const trust = { logs: [logKey], witnesses: [witnessKey], verify };
  const began = performance.now();
  for (const bytes of bundles) {
    const { steps } = checkProofs(parseBundle(bytes), trust);
    const bad = steps.find(({ outcome }) => outcome !== 'done');
    if (bad) throw new Error(`${bad.name}: ${bad.detail}`);
  }
  const seconds = (performance.now() - began) / 1000;
  return { name, verifications: bundles.length, seconds, perSecond: bundles.length / seconds };
}

async function measureThreads(name: string, bundles: Uint8Array[]) {
  const trust = { logs: [logKey], witnesses: [witnessKey], verify: verifyWithOpenssl };
  const checker = createProofChecker(trust);
  const began = performance.now();
  const asked: Promise<Checked[]>[] = [];
  for (let at = 0; at < bundles.length; at += 50) {
    asked.push(checker.check(bundles.slice(at, at + 50)));
    if (asked.length % checker.width === 0) await asked.at(-checker.width);
  }
  for (const checked of (await Promise.all(asked)).flat())
    if (!('steps' in checked) || checked.steps.some(({ outcome }) => outcome !== 'done'))
      throw new Error('a good bundle did not hold');
  const seconds = (performance.now() - began) / 1000;
  await checker.close();
  return { name, verifications: bundles.length, seconds, perSecond: bundles.length / seconds };
}

const rows = [
  await measureThreads(`results of one log, as assay verify checks them, ${cpus().length} threads`, oneLog),
  measure('the same in one thread', oneLog, createRememberingVerifier(verifyWithOpenssl)),
  measure('each under a checkpoint of its own', manyLogs, verifyWithOpenssl),
  measure(
    'each of its own, by the code that runs in a browser',
    manyLogs.slice(0, total / 50),
    verifyStrictly,
  ),
];
console.log(`Node ${process.version}, ${cpus().length} cores, one process`);
for (const { name, verifications, seconds, perSecond } of rows)
  console.log(`${name}: ${verifications} in ${seconds.toFixed(2)} s, ${perSecond.toFixed(0)} a second`);
const folder = new URL('../results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('verify.json', folder),
  `${JSON.stringify({ node: process.version, rows }, null, 2)}\n`,
);
