import { askJson, type HubConnection } from './connection.ts';
import { apiPath } from './routes.ts';

/** A row of a benchmark's leaderboard in the Hub's own form. */
export interface LeaderboardRow {
  rank: number;
  modelId: string;
  value: number;
  filename: string;
  verified: boolean;
  author: { type?: string; name: string; fullname?: string; avatarUrl?: string };
  source?: { url: string; name?: string; isExternal: boolean };
  /** Set while the result waits in a pull request on the model's repo. */
  pullRequest?: number;
  notes?: string;
}

/** The leaderboard of one task (default: the first of eval.yaml), best first. */
export function readLeaderboard(
  connection: HubConnection,
  dataset: string,
  options: { taskId?: string; baseModelOnly?: boolean } = {},
): Promise<LeaderboardRow[]> {
  return askJson(connection, apiPath({ type: 'dataset', name: dataset }, '/leaderboard'), {
    query: { task_id: options.taskId, base_model: options.baseModelOnly },
  });
}
