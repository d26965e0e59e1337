import { toWireEvalResult, type WireEvalResult } from '@assay/spec';
import type { HubContext } from '../context.ts';
import type { ResultRow } from '../index/result-row.ts';

type Row = Pick<
  ResultRow,
  | 'scope'
  | 'filename'
  | 'dataset_id'
  | 'task_id'
  | 'revision'
  | 'value'
  | 'value_text'
  | 'verify_token'
  | 'date'
  | 'notes'
> & { source: WireEvalResult['data']['source'] | null; verified: boolean };

/**
 * A model's results in the Hub's form: main's, and those waiting in open pull requests. Closed ones and files that do not
 * parse are left out: older clients crash on them.
 * @param pullRequest only main's and this one's, as its revision shows them
 */
export async function loadEvalResults(
  ctx: HubContext,
  repoId: string,
  pullRequest?: number,
): Promise<WireEvalResult[]> {
  const rows = await ctx.db.query<Row>(
    `SELECT t.*, coalesce(v.code = 'verified', false) AS verified
     FROM derived.results t LEFT JOIN derived.verdicts v USING (repo_id, scope, filename, position)
     WHERE repo_id = $1 AND standing <> 'closed' AND ($2::int IS NULL OR scope IN (0, $2))
     ORDER BY scope, filename COLLATE "C", position`,
    [repoId, pullRequest ?? null],
  );
  return rows.map(toWire);
}

function toWire(row: Row): WireEvalResult {
  const { filename, scope, value } = row;
  const entry = {
    dataset: { id: row.dataset_id, taskId: row.task_id, ...(row.revision && { revision: row.revision }) },
    value,
    ...(row.verify_token && { verifyToken: row.verify_token }),
    ...(row.date && { date: row.date }),
    ...(row.notes && { notes: row.notes }),
    ...(row.source && { source: row.source }),
  };
  return toWireEvalResult(entry, {
    filename,
    verified: row.verified,
    ...(scope > 0 && { pullRequest: scope }),
  });
}
