import { toWireDate } from '@assay/spec';
import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { BenchmarkStanding } from './find-benchmark.ts';
import { countsSql } from './home-counts.ts';

/** A benchmark as lists show it. */
export interface BenchmarkCard {
  id: string;
  name: string;
  description: string;
  framework: string;
  standing: BenchmarkStanding;
  commit: string;
  tasks: string[];
  /** Models on its boards and results in all, as far as the reader may see. */
  models: number;
  results: number;
  updatedAt: string;
}

export interface CardsWish {
  search?: string;
  standing?: BenchmarkStanding;
  limit: number;
  /** Where the last page ended. */
  after: CardPosition | null;
}

export interface CardPosition {
  /** 0: official, 1: candidate, 2: declined or retired. */
  order: number;
  results: number;
  id: string;
}

type Row = Omit<BenchmarkCard, 'updatedAt' | 'tasks'> & {
  tasks: { id?: string }[];
  updatedAt: Date;
  order: number;
  repoId: string;
};

/** Official ones first, then candidates, each by how much stands on their boards. */
export async function listBenchmarks(
  ctx: HubContext,
  actor: Actor | null,
  wish: CardsWish,
): Promise<{ benchmarks: BenchmarkCard[]; next: CardPosition | null }> {
  const rows = await ctx.db.query<Row>(
    `WITH cards AS (
       SELECT r.namespace || '/' || r.name AS id, r.id AS "repoId", b.name, b.description, b.framework, b.tasks,
         coalesce(s.standing, 'candidate') AS standing, b.commit_oid AS commit, r.updated_at AS "updatedAt",
         CASE coalesce(s.standing, 'candidate') WHEN 'official' THEN 0 WHEN 'candidate' THEN 1 ELSE 2 END AS "order",
         n.results, n.models
       FROM derived.benchmarks b
       JOIN record.repos r ON r.id = b.repo_id AND r.deleted_at IS NULL
       LEFT JOIN record.benchmark_standings s ON s.repo_id = b.repo_id
       LEFT JOIN LATERAL (
         ${countsSql(actor, 1, "(lower(r.namespace) || '/' || lower(r.name))")}
       ) n ON true
       WHERE ${visibleReposSql(actor, 1)}
         AND ($2::text IS NULL OR r.namespace || '/' || r.name || ' ' || b.name || ' ' || b.description ILIKE $2)
         AND ($3::text IS NULL OR coalesce(s.standing, 'candidate') = $3)
     )
     SELECT * FROM cards
     WHERE $4::int IS NULL OR ("order", -results, "repoId") > ($4, -$5::int, $6::text)
     ORDER BY "order", results DESC, "repoId" LIMIT $7`,
    [
      actor?.id ?? null,
      wish.search ? `%${wish.search.replace(/[\\%_]/g, '\\$&')}%` : null,
      wish.standing ?? null,
      wish.after?.order ?? null,
      wish.after?.results ?? null,
      wish.after?.id ?? null,
      wish.limit + 1,
    ],
  );
  const page = rows.slice(0, wish.limit);
  const last = page.at(-1);
  const next =
    rows.length > wish.limit && last ? { order: last.order, results: last.results, id: last.repoId } : null;
  return { benchmarks: page.map(toCard), next };
}

function toCard({ order: _order, repoId: _repoId, tasks, updatedAt, ...card }: Row): BenchmarkCard {
  return { ...card, tasks: tasks.flatMap((task) => task.id ?? []), updatedAt: toWireDate(updatedAt) };
}
