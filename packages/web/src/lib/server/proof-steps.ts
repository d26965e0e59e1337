import { ClientError, type HubConnection, readBundle } from '@assay/client';
import { type CheckStep, checkProofs, ProofError, parseBundle, parseVerifierKey } from '@assay/proof';

/**
 * The steps of a result's proof as this hub's own bundle shows them. A convenience: who does not believe this hub checks
 * the bundle elsewhere. Null when there is no bundle for this reader.
 */
export async function readProofSteps(hub: HubConnection, resultId: string): Promise<CheckStep[] | null> {
  try {
    const bundle = parseBundle(await readBundle(hub, resultId));
    return checkProofs(bundle, { logs: [parseVerifierKey(bundle.log)], witnesses: [] }).steps;
  } catch (error) {
    if (error instanceof ClientError || error instanceof ProofError) return null;
    throw error;
  }
}
