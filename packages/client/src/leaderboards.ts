import type { WireLeaderboardRow } from '@assay/spec';
import { askJson, type HubConnection } from './connection.ts';
import { apiPath } from './routes.ts';

/** The leaderboard of one task (default: the first of eval.yaml), best first. */
export function readLeaderboard(
  connection: HubConnection,
  dataset: string,
  options: { taskId?: string; baseModelOnly?: boolean } = {},
): Promise<WireLeaderboardRow[]> {
  return askJson(connection, apiPath({ type: 'dataset', name: dataset }, '/leaderboard'), {
    query: { task_id: options.taskId, base_model: options.baseModelOnly },
  });
}
