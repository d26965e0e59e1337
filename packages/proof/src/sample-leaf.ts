import { canonicalJson, type EvalSample } from '@assay/spec';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex, toUtf8 } from './bytes.ts';
import { commitTo } from './leaf.ts';

/**
 * What a statement commits to of one sample: which it is, what was asked and answered (by digest), and how it was scored.
 * Texts are only digested, so that a leaf can be shown for a sample whose words may not.
 */
function toSampleFacts(sample: EvalSample): Record<string, unknown> {
  const scores = Object.entries(sample.scores ?? {}).map(([scorer, { value, answer }]) => [
    scorer,
    { value: nameable(value), answer: answer ?? null },
  ]);
  return {
    id: sample.id,
    epoch: sample.epoch,
    input: digestOf(sample.input),
    target: digestOf(sample.target),
    output: digestOf(sample.output?.completion ?? null),
    scores: Object.fromEntries(scores),
    failed: Boolean(sample.error),
  };
}

/** JSON has no NaN and no half surrogate pairs; logs do. */
function nameable(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(nameable);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.toWellFormed(), nameable(inner)]),
  );
}

function digestOf(value: unknown): string {
  return toHex(sha256(toUtf8(canonicalJson(nameable(value)))));
}

/**
 * The leaf of a sample in its statement's tree: canonical JSON, or a commitment to it.
 * @param runSalt 32 bytes, of a log whose questions are not public; each sample's own salt follows from it
 */
export function toSampleLeaf(sample: EvalSample, runSalt?: Uint8Array): Uint8Array {
  const content = canonicalJson(nameable(toSampleFacts(sample)));
  if (!runSalt) return toUtf8(content);
  const salt = hmac(sha256, runSalt, toUtf8(`${sample.epoch}/${sample.id}`));
  return toUtf8(commitTo(salt, content));
}
