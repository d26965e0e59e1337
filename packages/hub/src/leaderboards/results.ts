import type { Issue } from '@assay/spec';
import { planFor, visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { isNamedSql } from '../index/best.ts';
import type { Repo } from '../repos/repo.ts';
import { type FoundResult, resultColumns, resultJoins } from './result-query.ts';

/** Every result of a model, closed ones included: main first, then pull requests, newest first within each. */
export async function listModelResults(
  ctx: HubContext,
  actor: Actor | null,
  repo: Repo,
): Promise<FoundResult[]> {
  return ctx.db.query<FoundResult>(
    `SELECT ${resultColumns} FROM derived.results t JOIN record.repos r ON r.id = t.repo_id
     ${resultJoins(actor, 2)}
     WHERE t.repo_id = $1 AND r.deleted_at IS NULL
     ORDER BY (t.scope > 0), lower(t.dataset_id), t.task_id, t.dated_at DESC, t.scope, t.filename, t.position`,
    [repo.id, actor?.id ?? null],
    planFor(actor),
  );
}

/** Files of an imported model that do not parse. */
export async function listInvalidFiles(
  ctx: HubContext,
  repo: Repo,
): Promise<{ filename: string; scope: number; issues: Issue[] }[]> {
  return ctx.db.query(
    'SELECT filename, scope, issues FROM derived.invalid_files WHERE repo_id = $1 ORDER BY scope, filename',
    [repo.id],
  );
}

/** All places where a result stands, main first; empty when it stands nowhere or the reader may not see its model. */
export async function findResult(ctx: HubContext, actor: Actor | null, id: string): Promise<FoundResult[]> {
  return ctx.db.query<FoundResult>(
    `SELECT ${resultColumns} FROM derived.results t JOIN record.repos r ON r.id = t.repo_id
     ${resultJoins(actor, 2)}
     WHERE t.result_id = $1 AND r.deleted_at IS NULL AND ${visibleReposSql(actor, 2)}
     ORDER BY (t.standing = 'merged') DESC, (t.standing = 'community') DESC, t.scope, t.position`,
    [id, actor?.id ?? null],
  );
}

/** The newest results that are not closed, of models and benchmarks the reader may see. */
export async function listLatestResults(
  ctx: HubContext,
  actor: Actor | null,
  limit: number,
): Promise<FoundResult[]> {
  return ctx.db.query<FoundResult>(
    `SELECT ${resultColumns} FROM derived.results t
     JOIN record.repos r ON r.id = t.repo_id AND r.deleted_at IS NULL
     ${resultJoins(actor, 1)}
     WHERE t.standing <> 'closed' AND ${visibleReposSql(actor, 1)} AND ${visibleDatasetSql(actor, 1)}
     ORDER BY t.dated_at DESC, t.result_id LIMIT $2`,
    [actor?.id ?? null, limit],
  );
}

/** Holds for results whose dataset is public, visible to the reader, or not on this hub. */
function visibleDatasetSql(actor: Actor | null, actorParam: number): string {
  const visible = visibleReposSql(actor, actorParam, 'h');
  return `NOT EXISTS (SELECT 1 FROM record.repos h WHERE h.type = 'dataset' AND h.deleted_at IS NULL
    AND ${isNamedSql('h', 't.dataset_key')} AND (${visible}) IS NOT TRUE)`;
}
