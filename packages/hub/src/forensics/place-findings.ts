import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { ApiResult } from '../leaderboards/to-result-row.ts';
import { findRepo } from '../repos/require-repo.ts';
import type { Finding } from './finding.ts';

/**
 * What can be told of a result only by asking git, and of its log. For pages of one result and of one pull request, not for
 * boards.
 */
export async function findAround(ctx: HubContext, actor: Actor | null, row: ApiResult): Promise<Finding[]> {
  const [dataset, model] = [
    await findReadable(ctx, actor, 'dataset', row.dataset),
    await findReadable(ctx, actor, 'model', row.model),
  ];
  const found = [
    dataset !== null && row.revision !== undefined ? await unknownRevision(ctx, dataset, row.revision) : null,
    dataset === null ? null : await datedBefore(ctx, dataset, row, 'benchmark'),
    model === null ? null : await datedBefore(ctx, model, row, 'model'),
    await sameLog(ctx, actor, row),
  ];
  return found.filter((finding) => finding !== null);
}

async function findReadable(ctx: HubContext, actor: Actor | null, type: 'dataset' | 'model', name: string) {
  const repo = await findRepo(ctx.db, type, name);
  const seen =
    repo &&
    (await ctx.db.maybe(`SELECT 1 FROM record.repos r WHERE r.id = $1 AND ${visibleReposSql(actor, 2)}`, [
      repo.id,
      actor?.id ?? null,
    ]));
  return seen ? repo.id : null;
}

async function unknownRevision(ctx: HubContext, repoId: string, revision: string): Promise<Finding | null> {
  if ((await ctx.git.reader(repoId).resolve(revision)) !== null) return null;
  return {
    code: 'revision-unknown',
    level: 'doubt',
    message: `The dataset has no revision ${revision.slice(0, 40)} here.`,
  };
}

/** The oldest commit of main is taken for the beginning: a repo may have been brought here with its history. */
async function datedBefore(
  ctx: HubContext,
  repoId: string,
  row: ApiResult,
  what: 'benchmark' | 'model',
): Promise<Finding | null> {
  if (row.dateInferred) return null;
  const git = ctx.git.reader(repoId);
  const head = await git.resolve('refs/heads/main');
  if (head === null) return null;
  const [first] = await git.log(head, { skip: (await git.count(head)) - 1, limit: 1 });
  // Dates without a time mean a whole day.
  if (!first || Date.parse(row.date) + 86_400_000 > first.author.date.getTime()) return null;
  const began = first.author.date.toISOString().slice(0, 10);
  return {
    code: what === 'benchmark' ? 'date-before-benchmark' : 'date-before-model',
    level: what === 'benchmark' ? 'doubt' : 'note',
    message: `It is dated ${row.date.slice(0, 10)}; the ${what}’s history here begins on ${began}.`,
  };
}

/** One log is one run of one model: two models that show the same one cannot both be right. */
async function sameLog(ctx: HubContext, actor: Actor | null, row: ApiResult): Promise<Finding | null> {
  if (row.evidence === undefined) return null;
  const other = await ctx.db.maybe<{ model: string }>(
    `SELECT r.namespace || '/' || r.name AS model FROM derived.results t JOIN record.repos r ON r.id = t.repo_id
     WHERE t.evidence_digest = $1 AND r.deleted_at IS NULL AND lower(r.namespace || '/' || r.name) <> lower($2)
       AND t.standing <> 'closed' AND ${visibleReposSql(actor, 3)} LIMIT 1`,
    [row.evidence, row.model, actor?.id ?? null],
  );
  if (!other) return null;
  return {
    code: 'duplicate',
    level: 'doubt',
    message: `A result of ${other.model} shows the same log; one log is one run of one model.`,
  };
}
