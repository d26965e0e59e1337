import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { type FoundResult, resultColumns, resultJoins } from './result-query.ts';

export interface BoardWish {
  /** `ns/name` of the dataset. */
  dataset: string;
  taskId: string;
  /** One row for each of a model's setup classes; otherwise the one that stands for the model. */
  allSetups: boolean;
  /** Results that wait in pull requests take part too. */
  community: boolean;
  /** Only models that say of no other that they were made from it. */
  rootsOnly: boolean;
  /** Only models known to have at most so many parameters. */
  maxParameters: number | null;
  limit: number;
  /** Where the last page ended. */
  after: BoardPosition | null;
}

/** A place between two rows, with the ranks counted so far. */
export interface BoardPosition {
  strength: number;
  datedAt: string;
  repoId: string;
  setupClass: string;
  /** Rows before this place. */
  rows: number;
  /** Rank of the row just before it. */
  rank: number;
}

export interface RankedResult extends FoundResult {
  rank: number;
}

export interface BoardPage {
  rows: RankedResult[];
  next: BoardPosition | null;
}

interface Row extends FoundResult {
  strength: number;
  repoId: string;
  at: string;
}

/**
 * One page of a board, best first. Equal values share a rank and the next one is skipped (1, 1, 3), older ones first.
 * Reads `derived.best` in the order of its index, so a page costs its own rows, however long the board is.
 */
export async function readBoard(ctx: HubContext, actor: Actor | null, wish: BoardWish): Promise<BoardPage> {
  const { after } = wish;
  const rows = await ctx.db.query<Row>(
    `SELECT ${resultColumns}, b.strength, b.repo_id AS "repoId", b.dated_at::text AS at
     FROM derived.best b
     JOIN derived.results t USING (repo_id, scope, filename, position)
     JOIN record.repos r ON r.id = b.repo_id AND r.deleted_at IS NULL
     ${resultJoins(actor, 3)}
     LEFT JOIN derived.repo_cards c ON c.repo_id = b.repo_id
     WHERE b.dataset_key = lower($1) AND b.task_id = $2 AND ${visibleReposSql(actor, 3)}
       ${wish.allSetups ? '' : 'AND b.top'}
       ${wish.community ? '' : "AND b.standing = 'merged'"}
       ${wish.rootsOnly ? "AND coalesce(c.base_models, '{}') = '{}'" : ''}
       AND ($4::bigint IS NULL OR c.parameters <= $4)
       AND ($5::float8 IS NULL OR b.strength < $5 OR (b.strength = $5
         AND (b.dated_at, b.repo_id, b.setup_class) > ($6::timestamptz, $7::text, $8::text)))
     ORDER BY b.strength DESC, b.dated_at, b.repo_id, b.setup_class LIMIT $9`,
    [
      wish.dataset,
      wish.taskId,
      actor?.id ?? null,
      wish.maxParameters,
      after?.strength ?? null,
      after?.datedAt ?? null,
      after?.repoId ?? null,
      after?.setupClass ?? null,
      wish.limit + 1,
    ],
  );
  const page = rank(rows.slice(0, wish.limit), after);
  const last = page.at(-1);
  const next =
    rows.length > wish.limit && last
      ? {
          strength: last.strength,
          datedAt: last.at,
          repoId: last.repoId,
          setupClass: last.setupClass,
          rows: (after?.rows ?? 0) + page.length,
          rank: last.rank,
        }
      : null;
  return { rows: page, next };
}

/** Competition ranking, taken up where the last page ended. Pure. */
export function rank<R extends { strength: number }>(
  rows: R[],
  after: Pick<BoardPosition, 'strength' | 'rows' | 'rank'> | null,
): (R & { rank: number })[] {
  let previous = after ?? { strength: Number.NaN, rows: 0, rank: 0 };
  return rows.map((row) => {
    const tied = row.strength === previous.strength;
    const rows = previous.rows + 1;
    previous = { strength: row.strength, rows, rank: tied ? previous.rank : rows };
    return { ...row, rank: previous.rank };
  });
}
