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
  /** Only results of this edition of the task; '' where it has no more than one. */
  edition: string;
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
  /** Whether the benchmark ranks this setup. */
  allowed: boolean;
}

export interface BoardPage {
  rows: RankedResult[];
  next: BoardPosition | null;
}

interface Row extends FoundResult {
  strength: number;
  repoId: string;
  at: string;
  allowed: boolean;
}

/**
 * One page of a board, best first. Equal values share a rank and the next one is skipped (1, 1, 3), older ones first.
 * The page is found in `derived.best` in the order of its index, and only its own rows are joined with what they show.
 */
export async function readBoard(ctx: HubContext, actor: Actor | null, wish: BoardWish): Promise<BoardPage> {
  const { after } = wish;
  const rows = await ctx.db.query<Row>(
    `WITH page AS MATERIALIZED (
       SELECT b.repo_id, b.scope, b.filename, b.position, b.strength, b.dated_at, b.setup_class, b.allowed
       FROM derived.best b
       JOIN record.repos r ON r.id = b.repo_id AND r.deleted_at IS NULL
       WHERE b.dataset_key = $1 AND b.task_id = $2 AND b.edition = $10 AND ${visibleReposSql(actor, 3)}
         ${wish.allSetups ? '' : 'AND b.top AND b.allowed'}
         ${wish.community ? '' : "AND (b.standing = 'merged' OR b.verified)"}
         ${wish.rootsOnly ? `AND NOT EXISTS (${cardWhere("c.base_models <> '{}'")})` : ''}
         AND ($4::bigint IS NULL OR EXISTS (${cardWhere('c.parameters <= $4')}))
         AND ($5::float8 IS NULL OR b.strength < $5 OR (b.strength = $5
           AND (b.dated_at, b.repo_id, b.setup_class) > ($6::timestamptz, $7::text, $8::text)))
       ORDER BY b.strength DESC, b.dated_at, b.repo_id, b.setup_class LIMIT $9
     )
     SELECT ${resultColumns}, page.strength, page.repo_id AS "repoId", page.dated_at::text AS at, page.allowed
     FROM page
     JOIN derived.results t USING (repo_id, scope, filename, position)
     JOIN record.repos r ON r.id = page.repo_id
     ${resultJoins(actor, 3)}
     ORDER BY page.strength DESC, page.dated_at, page.repo_id, page.setup_class`,
    [
      wish.dataset.toLowerCase(),
      wish.taskId,
      actor?.id ?? null,
      wish.maxParameters,
      after?.strength ?? null,
      after?.datedAt ?? null,
      after?.repoId ?? null,
      after?.setupClass ?? null,
      wish.limit + 1,
      wish.edition,
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

/** As a subquery, and not as a join: so the planner sees that nearly all rows pass, and walks the board's index. */
function cardWhere(condition: string): string {
  return `SELECT 1 FROM derived.repo_cards c WHERE c.repo_id = b.repo_id AND ${condition}`;
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
