import { isCommitPrefix } from '@assay/spec';
import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { firstEdition, unknownEdition } from '../index/revisions.ts';
import { type Benchmark, rulesOf } from './find-benchmark.ts';

/** An edition of a task: results whose commits the benchmark calls comparable. */
export interface Edition {
  /** What `revision=` names it by: `first`, `unknown`, or the commit it begins with. */
  id: string;
  name: string;
  since?: string;
  /** What was changed when it began. */
  reason?: string;
  /** Whether main is at it. */
  current: boolean;
  /** Models on its board, as far as the reader may see. */
  models: number;
}

/**
 * The editions of a task, oldest first, and last the results whose commit is not known. Empty when the benchmark calls all of
 * its commits comparable.
 */
export async function listEditions(
  ctx: HubContext,
  actor: Actor | null,
  fullName: string,
  benchmark: Benchmark,
  taskId: string,
): Promise<Edition[]> {
  const starts = rulesOf(benchmark, taskId).revisions ?? [];
  if (starts.length === 0) return [];
  const key = fullName.toLowerCase();
  const head = await ctx.db.maybe<{ edition: string }>(
    'SELECT edition FROM derived.revisions WHERE dataset_key = $1 AND task_id = $2 AND stated = $3',
    [key, taskId, benchmark.commit],
  );
  const rows = await ctx.db.query<{ edition: string; models: number }>(
    `SELECT b.edition, count(DISTINCT b.repo_id)::int AS models FROM derived.best b
     JOIN record.repos r ON r.id = b.repo_id AND r.deleted_at IS NULL
     WHERE b.dataset_key = $1 AND b.task_id = $2 AND ${visibleReposSql(actor, 3)} GROUP BY b.edition`,
    [key, taskId, actor?.id ?? null],
  );
  const models = new Map(rows.map((row) => [row.edition, row.models]));
  const toEdition = (id: string, facts: Pick<Edition, 'name' | 'since' | 'reason'>): Edition => ({
    id,
    ...facts,
    current: id === (head?.edition ?? firstEdition),
    models: models.get(id) ?? 0,
  });
  return [
    toEdition(firstEdition, { name: 'first edition' }),
    ...starts.map(({ since, reason, name }) =>
      toEdition(since, { name: name ?? since.slice(0, 7), since, reason }),
    ),
    toEdition(unknownEdition, { name: 'revision not known' }),
  ];
}

/**
 * The edition meant: by id, name, or the first digits of the commit it begins with; else the one main is at.
 * @throws HubError `not-found`
 */
export function chooseEdition(editions: Edition[], wanted: string | undefined): Edition | null {
  const found = editions.find(
    ({ id, name, since, current }) =>
      (!wanted && current) ||
      (wanted && (id === wanted || name === wanted || (isCommitPrefix(wanted) && since?.startsWith(wanted)))),
  );
  if (found) return found;
  if (!wanted) return null;
  const names = editions.map(({ id }) => id).join(', ') || 'none: all of its commits are comparable';
  throw new HubError('not-found', `the task has no edition ${wanted.slice(0, 100)}`, {
    hint: `Editions: ${names}.`,
  });
}
