import { type CheckStep, checkProofs, ProofError, parseBundle, parseVerifierKey } from '@assay/proof';

export type PageCheck = { ok: true; model: string; steps: CheckStep[] } | { ok: false; problem: string };

/** Checks a bundle where the page runs: nothing is sent anywhere. @param keys verifier keys, one a line */
export function checkInPage(bundle: string, keys: { logs: string; witnesses: string }): PageCheck {
  const toKeys = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .map(parseVerifierKey);
  try {
    // Pasting adds a line's end that no bundle has.
    const parsed = parseBundle(new TextEncoder().encode(bundle.trim()));
    const { steps } = checkProofs(parsed, { logs: toKeys(keys.logs), witnesses: toKeys(keys.witnesses) });
    return { ok: true, model: parsed.result.model, steps };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return { ok: false, problem: `${error.code}: ${error.message}` };
  }
}
