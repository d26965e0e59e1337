import type { BenchmarkStanding } from './benchmarks.ts';
import { askJson, type HubConnection, send } from './connection.ts';

// Assay's own API: huggingface.co has no such routes.

export type ApplicationState = 'open' | 'decided' | 'withdrawn';

/** An application for `benchmark:official`: a discussion on the dataset's repo. */
export interface Application {
  /** `namespace/name` of the dataset. */
  benchmark: string;
  /** The benchmark's own name; empty when its eval.yaml is gone. */
  name: string;
  state: ApplicationState;
  discussion: number;
  title: string;
  applicant?: string;
  at: string;
  /** Answers in the discussion. */
  comments: number;
  decision?: { standing: BenchmarkStanding; reason?: string; by?: string; at: string };
}

/** What was done to a benchmark, with its leaf in the transparency log once it has one. */
export interface BenchmarkAct {
  id: string;
  kind: 'applied' | 'official' | 'declined' | 'retired' | 'candidate' | 'erratum' | 'erratum-withdrawn';
  at: string;
  actor?: string;
  benchmark: string;
  commit?: string;
  discussion?: number;
  detail: { text?: string; reason?: string; date?: string; taskId?: string; revision?: string };
  tlogIndex?: number;
}

export interface Registration {
  /** Null: the dataset is no benchmark. */
  standing: BenchmarkStanding | null;
  /** Newest first, like the acts. */
  applications: Application[];
  acts: BenchmarkAct[];
  /** What the one who asks may do. */
  mayApply: boolean;
  mayDecide: boolean;
}

/** Applications on all benchmarks, newest first. */
export function listApplications(
  connection: HubConnection,
  query: { state?: ApplicationState; cursor?: string; limit?: number } = {},
): Promise<{ applications: Application[]; mayDecide: boolean; next?: string }> {
  return askJson(connection, '/api/assay/registry', { query });
}

export function readRegistration(connection: HubConnection, id: string): Promise<Registration> {
  return askJson(connection, `/api/assay/benchmarks/${id}/registration`);
}

/** Asks the maintainers to make a benchmark official; gives the discussion that the application is. */
export function applyForOfficial(
  connection: HubConnection,
  id: string,
  text: string,
): Promise<{ num: number; url: string }> {
  return askJson(connection, `/api/assay/benchmarks/${id}/application`, { method: 'POST', json: { text } });
}

/** Maintainers only: makes a benchmark official, declines or retires it; `candidate` takes a decision back. */
export async function decideStanding(
  connection: HubConnection,
  id: string,
  standing: BenchmarkStanding,
  reason: string,
): Promise<void> {
  await send(connection, `/api/assay/benchmarks/${id}/standing`, {
    method: 'PUT',
    json: { standing, reason },
  });
}
