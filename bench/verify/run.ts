// How many results one process checks in a second, offline: bundle parsed, statement, token, entry, key, inclusion of three
// leaves, checkpoint and cosignature. Every bundle is another one. First 10,000 results of one log: its checkpoint's two
// signatures are the same bytes each time and checked once; then logs that have nothing in common.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { checkProofs, formatBundle, parseBundle, type VerifySignature, verifyStrictly } from '@assay/proof';
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

const rows = [
  measure(
    'results of one log, as assay verify checks them',
    oneLog,
    createRememberingVerifier(verifyWithOpenssl),
  ),
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
