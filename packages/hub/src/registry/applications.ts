import { toWireDate } from '@assay/spec';
import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { BenchmarkStanding } from '../leaderboards/find-benchmark.ts';

/** What became of an application; `withdrawn`: its discussion was closed without a decision. */
export type ApplicationState = 'open' | 'decided' | 'withdrawn';

/** An application for `benchmark:official` as Assay's own API tells it. */
export interface ApiApplication {
  /** `ns/name` of the dataset. */
  benchmark: string;
  name: string;
  state: ApplicationState;
  /** Number of the discussion on the dataset's repo. */
  discussion: number;
  title: string;
  applicant?: string;
  at: string;
  /** Answers in the discussion. */
  comments: number;
  decision?: { standing: BenchmarkStanding; reason?: string; by?: string; at: string };
}

export interface ApplicationsWish {
  state?: ApplicationState;
  /** Id of one dataset's repo. */
  repoId?: string;
  limit: number;
  after: { at: string; id: string } | null;
}

interface Row {
  id: string;
  benchmark: string;
  name: string;
  state: ApplicationState;
  num: number;
  title: string;
  applicant: string | null;
  at: Date;
  key: string;
  comments: number;
  kind: BenchmarkStanding | null;
  reason: string | null;
  decider: string | null;
  decidedAt: Date | null;
}

const stateSql = `CASE WHEN p.decision IS NOT NULL THEN 'decided' WHEN d.status = 'open' THEN 'open' ELSE 'withdrawn' END`;

/** Applications on datasets the reader may see, newest first. */
export async function listApplications(
  ctx: HubContext,
  actor: Actor | null,
  wish: ApplicationsWish,
): Promise<{ applications: ApiApplication[]; next: { at: string; id: string } | null }> {
  const rows = await ctx.db.query<Row>(
    `SELECT d.id, r.namespace || '/' || r.name AS benchmark, coalesce(b.name, '') AS name, ${stateSql} AS state,
       d.num, d.title, a.name AS applicant, d.created_at AS at, d.created_at::text AS key, t.kind,
       t.detail ->> 'reason' AS reason, t.actor_name AS decider, t.at AS "decidedAt",
       (SELECT count(*)::int - 1 FROM record.discussion_events e WHERE e.discussion_id = d.id AND e.type = 'comment')
         AS comments
     FROM record.benchmark_applications p
     JOIN record.discussions d ON d.id = p.discussion_id
     JOIN record.repos r ON r.id = p.repo_id AND r.deleted_at IS NULL
     LEFT JOIN record.accounts a ON a.id = d.author_id AND a.deleted_at IS NULL
     LEFT JOIN record.benchmark_acts t ON t.seq = p.decision
     LEFT JOIN derived.benchmarks b ON b.repo_id = r.id
     WHERE ${visibleReposSql(actor, 1)} AND ($2::text IS NULL OR ${stateSql} = $2)
       AND ($3::text IS NULL OR r.id = $3)
       AND ($4::timestamptz IS NULL OR (d.created_at, d.id) < ($4::timestamptz, $5::text))
     ORDER BY d.created_at DESC, d.id DESC LIMIT $6`,
    [
      actor?.id ?? null,
      wish.state ?? null,
      wish.repoId ?? null,
      wish.after?.at ?? null,
      wish.after?.id ?? null,
      wish.limit + 1,
    ],
  );
  const page = rows.slice(0, wish.limit);
  const last = page.at(-1);
  const next = rows.length > wish.limit && last ? { at: last.key, id: last.id } : null;
  return { applications: page.map(toApplication), next };
}

function toApplication(row: Row): ApiApplication {
  return {
    benchmark: row.benchmark,
    name: row.name,
    state: row.state,
    discussion: row.num,
    title: row.title,
    ...(row.applicant && { applicant: row.applicant }),
    at: toWireDate(row.at),
    comments: row.comments,
    ...(row.kind &&
      row.decidedAt && {
        decision: {
          standing: row.kind,
          ...(row.reason && { reason: row.reason }),
          ...(row.decider && { by: row.decider }),
          at: toWireDate(row.decidedAt),
        },
      }),
  };
}
