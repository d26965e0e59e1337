import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { openDiscussion } from '../discussions/open.ts';
import { HubError } from '../errors.ts';
import { requireBenchmark } from '../leaderboards/find-benchmark.ts';
import type { Repo } from '../repos/repo.ts';
import { writeBenchmarkAct } from './benchmark-acts.ts';

/** Characters of a discussion's title, at most. */
const maxTitle = 200;

/**
 * Asks the maintainers for `benchmark:official`. The application is a discussion of the dataset, so that everyone who may
 * read it can follow and answer with the tools they have. The caller has checked that the actor may write to the repo.
 * @returns the discussion's number
 * @throws HubError `not-found` when the dataset is no benchmark; `conflict` when it is official, or an application is open
 */
export async function applyForOfficial(
  ctx: HubContext,
  wish: { repo: Repo; actor: Actor; text: string },
): Promise<number> {
  const { repo, actor, text } = wish;
  const benchmark = await requireBenchmark(ctx, repo);
  if (benchmark.standing === 'official')
    throw new HubError('conflict', `${repo.fullName} is official already`);
  return openDiscussion(ctx, {
    repo,
    actor,
    title: `Make ${repo.fullName} an official benchmark`.slice(0, maxTitle),
    description: text,
    async inTransaction(tx, discussion) {
      // The number was taken from the repo's row, so others wait: nobody applies between this look and the insert.
      await assertNoneOpen(tx, repo);
      await tx.query('INSERT INTO record.benchmark_applications (discussion_id, repo_id) VALUES ($1, $2)', [
        discussion.id,
        repo.id,
      ]);
      await writeBenchmarkAct(tx, {
        kind: 'applied',
        repo,
        actor,
        commit: benchmark.commit,
        discussion: discussion.num,
        detail: { text },
      });
    },
  });
}

async function assertNoneOpen(tx: Tx, repo: Repo): Promise<void> {
  const open = await tx.maybe<{ num: number }>(
    `SELECT d.num FROM record.benchmark_applications a JOIN record.discussions d ON d.id = a.discussion_id
     WHERE a.repo_id = $1 AND a.decision IS NULL AND d.status = 'open' LIMIT 1`,
    [repo.id],
  );
  if (!open) return;
  throw new HubError('conflict', `${repo.fullName} has an open application: discussion ${open.num}`, {
    hint: 'Say there what is new, or close it first.',
  });
}
