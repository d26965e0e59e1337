import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Repo } from '../repos/repo.ts';
import { type BenchmarkStanding, requireBenchmark } from './find-benchmark.ts';

/**
 * Gives a benchmark its standing; `candidate` takes a decision back. An administrative act: audited.
 * @throws HubError `not-found` when the dataset is no benchmark, `invalid-input` when a reason is missing
 */
export async function setStanding(
  ctx: HubContext,
  actor: Actor,
  repo: Repo,
  decision: { standing: BenchmarkStanding; reason: string },
): Promise<void> {
  const { standing, reason } = decision;
  if ((standing === 'declined' || standing === 'retired') && reason.trim() === '')
    throw new HubError('invalid-input', `say why: ${standing} needs a "reason"`);
  if (standing === 'official') await requireBenchmark(ctx, repo);
  await ctx.db.tx(async (tx) => {
    await tx.query('DELETE FROM record.benchmark_standings WHERE repo_id = $1', [repo.id]);
    if (standing !== 'candidate') {
      await tx.query(
        'INSERT INTO record.benchmark_standings (repo_id, standing, reason, decided_by) VALUES ($1, $2, $3, $4)',
        [repo.id, standing, reason, actor.id],
      );
    }
    await audit(tx, actor, 'benchmark-standing', { repo: repo.id, name: repo.fullName, standing, reason });
  });
}
