import {
  type Bundle,
  type CheckStep,
  checkProofs,
  ProofError,
  parseBundle,
  type ResultStatement,
  type Trust,
} from '@assay/proof';

/** What the bytes of a bundle prove by themselves. */
export type Checked =
  | { steps: CheckStep[]; statement?: ResultStatement; sampleSalt?: string }
  | { reason: string };

export function checkBytes(bytes: Uint8Array, trust: Trust): Checked {
  let bundle: Bundle;
  try {
    bundle = parseBundle(bytes);
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return { reason: `${error.code}: ${error.message}` };
  }
  const { sampleSalt } = bundle;
  return { ...checkProofs(bundle, trust), ...(sampleSalt !== undefined && { sampleSalt }) };
}
