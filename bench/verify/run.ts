// How many results one process checks in a second, offline: bundle parsed, statement, token, entry, key, inclusion of three
// leaves, checkpoint and cosignature. Every bundle is another one; nothing is remembered from one to the next.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { checkProofs, formatBundle, parseBundle, type Trust } from '@assay/proof';
import { verifyWithOpenssl } from '../../packages/cli/src/trust-file.ts';
import { logKey, makeBundle, predicateOf, witnessKey } from '../../packages/proof/src/bundle-fixture.ts';

const total = Number(process.argv[2] ?? 10_000);
const bundles: Uint8Array[] = [];
for (let at = 0; at < total; at += 1)
  bundles.push(formatBundle(await makeBundle({ predicate: predicateOf({ value: at / total }) })));

function measure(name: string, trust: Trust, count: number) {
  const began = performance.now();
  for (const bytes of bundles.slice(0, count)) {
    const { steps } = checkProofs(parseBundle(bytes), trust);
    const bad = steps.find(({ outcome }) => outcome !== 'done');
    if (bad) throw new Error(`${bad.name}: ${bad.detail}`);
  }
  const seconds = (performance.now() - began) / 1000;
  return { name, verifications: count, seconds, perSecond: count / seconds };
}

const trust = { logs: [logKey], witnesses: [witnessKey] };
const rows = [
  measure('signatures by OpenSSL, as assay verify does', { ...trust, verify: verifyWithOpenssl }, total),
  measure('signatures by the code that runs in a browser', trust, Math.min(total, 500)),
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
