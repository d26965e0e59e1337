import { askJson, type HubConnection } from './connection.ts';

/** Announces runs before they happen. `plan` is an engine's frozen plan; the hub keeps what of it is comparable. */
export function registerPlan(
  connection: HubConnection,
  plan: { repo: string; model: string; plan: object; attempts: number; stopRule?: string },
): Promise<{ id: string; digest: string }> {
  return askJson(connection, '/api/assay/plans', { method: 'POST', json: plan });
}

/** What a second run says about a first one. */
export interface Replication {
  id: string;
  /** `replicated`: surely within the margin; `not`: surely outside of it; else the samples cannot tell. */
  verdict: 'replicated' | 'not' | 'inconclusive';
  interval: { low: number; high: number };
  /** New value minus old one, standard error and margin: shares. */
  difference: number;
  standardError: number;
  margin: number;
  independent: boolean;
}

/** Holds a log, uploaded before for the same model and benchmark, against a result. */
export function replicateResult(
  connection: HubConnection,
  resultId: string,
  run: { evidence: string; margin: number },
): Promise<Replication> {
  return askJson(connection, `/api/assay/results/${encodeURIComponent(resultId)}/replications`, {
    method: 'POST',
    json: run,
  });
}
