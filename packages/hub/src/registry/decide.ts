import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { addEvent } from '../discussions/events.ts';
import { cleanText } from '../discussions/texts.ts';
import { HubError } from '../errors.ts';
import { type BenchmarkStanding, findBenchmark, requireBenchmark } from '../leaderboards/find-benchmark.ts';
import type { Repo } from '../repos/repo.ts';
import { writeBenchmarkAct } from './benchmark-acts.ts';

export interface Decision {
  standing: BenchmarkStanding;
  /** Public; needed for `declined` and `retired`. */
  reason: string;
}

interface Application {
  id: string;
  num: number;
  undecided: boolean;
}

/**
 * Gives a benchmark its standing; `candidate` takes a decision back. Standing, act, leaf and the application's events
 * change in one transaction: tag, filters and pages follow at once. The caller has checked that the actor may decide.
 * @throws HubError `not-found` when the dataset is no benchmark; `invalid-input` when a reason is missing; `conflict` when
 * that is its standing already and nobody asks
 */
export async function decideStanding(
  ctx: HubContext,
  actor: Actor,
  repo: Repo,
  decision: Decision,
): Promise<void> {
  const { standing } = decision;
  const reason = cleanText(decision.reason).trim();
  if ((standing === 'declined' || standing === 'retired') && reason === '')
    throw new HubError('invalid-input', `say why: ${standing} needs a "reason"`);
  const benchmark =
    standing === 'official' ? await requireBenchmark(ctx, repo) : await findBenchmark(ctx, repo);
  await ctx.db.tx(async (tx) => {
    await tx.lockRepo(repo.id);
    // An application takes its number from this row: none can come between.
    await tx.query('SELECT 1 FROM record.repos WHERE id = $1 FOR UPDATE', [repo.id]);
    const applications = await findApplications(tx, repo.id);
    const open = applications.filter(({ undecided }) => undecided);
    if (open.length === 0 && (await standingNow(tx, repo.id)) === standing)
      throw new HubError('conflict', `${repo.fullName} is ${standing} already`);
    const told = open[0] ?? applications[0];
    const seq = await writeBenchmarkAct(tx, {
      kind: standing,
      repo,
      actor,
      commit: benchmark?.commit ?? null,
      ...(told && { discussion: told.num }),
      detail: { reason },
    });
    await writeStanding(tx, actor, repo, { standing, reason });
    for (const application of open.length > 0 ? open : applications.slice(0, 1))
      await tellApplication(tx, actor, application, { standing, reason });
    await tx.query('UPDATE record.benchmark_applications SET decision = $2 WHERE discussion_id = ANY($1)', [
      open.map(({ id }) => id),
      seq,
    ]);
    await audit(tx, actor, 'benchmark-standing', { repo: repo.id, name: repo.fullName, standing, reason });
  });
}

/** Newest first; a withdrawn one is not undecided. */
async function findApplications(tx: Tx, repoId: string): Promise<Application[]> {
  return tx.query<Application>(
    `SELECT d.id, d.num, a.decision IS NULL AND d.status = 'open' AS undecided
     FROM record.benchmark_applications a JOIN record.discussions d ON d.id = a.discussion_id
     WHERE a.repo_id = $1 ORDER BY d.num DESC`,
    [repoId],
  );
}

async function standingNow(tx: Tx, repoId: string): Promise<BenchmarkStanding> {
  const row = await tx.maybe<{ standing: BenchmarkStanding }>(
    'SELECT standing FROM record.benchmark_standings WHERE repo_id = $1',
    [repoId],
  );
  return row?.standing ?? 'candidate';
}

/** The last decision, beside the acts: lists join it. */
async function writeStanding(
  tx: Tx,
  actor: Actor,
  repo: Repo,
  { standing, reason }: Decision,
): Promise<void> {
  await tx.query('DELETE FROM record.benchmark_standings WHERE repo_id = $1', [repo.id]);
  if (standing === 'candidate') return;
  await tx.query(
    'INSERT INTO record.benchmark_standings (repo_id, standing, reason, decided_by) VALUES ($1, $2, $3, $4)',
    [repo.id, standing, reason, actor.id],
  );
}

async function tellApplication(
  tx: Tx,
  actor: Actor,
  application: Application,
  { standing, reason }: Decision,
): Promise<void> {
  const said = reason === '' ? {} : { reason };
  await addEvent(tx, application.id, actor.id, { type: 'standing-change', data: { standing, ...said } });
  if (!application.undecided) return;
  await tx.query("UPDATE record.discussions SET status = 'closed' WHERE id = $1", [application.id]);
  await addEvent(tx, application.id, actor.id, {
    type: 'status-change',
    data: { status: 'closed', ...said },
  });
}
