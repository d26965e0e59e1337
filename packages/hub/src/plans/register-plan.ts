import { newId, type RunSettings } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { toStorable } from '../index/storable.ts';
import type { Repo } from '../repos/repo.ts';
import { queueLeaf } from '../tlog/queue.ts';
import { planDigest } from './plan-digest.ts';

export interface PlanDraft {
  modelRepo: Repo;
  datasetRepo: Repo;
  model: string;
  settings: RunSettings;
  /** Runs that will be made, at most; the first is attempt 1. */
  attempts: number;
  /** When the runs stop, in words. */
  stopRule: string;
}

/** A plan of one model is not announced without end: who wants more attempts than this announces them as such. */
const mostPlans = 1_000;

/**
 * Announces runs before they happen: kept for good, and logged in the same transaction, so that nobody can add a plan to
 * a result afterwards.
 * @throws HubError `conflict` when the very same plan is announced already and not used up; `invalid-input`
 */
export async function registerPlan(
  ctx: HubContext,
  actor: Actor,
  draft: PlanDraft,
): Promise<{ id: string; digest: string }> {
  const { modelRepo, datasetRepo, model, settings, attempts, stopRule } = draft;
  const { dataset, task } = settings as { dataset: { id: string }; task?: { id?: unknown } };
  if (dataset.id.toLowerCase() !== datasetRepo.fullName.toLowerCase())
    throw new HubError('invalid-input', `the plan is about ${dataset.id}, not ${datasetRepo.fullName}`);
  const taskId = task?.id;
  if (typeof taskId !== 'string')
    throw new HubError('invalid-input', 'the plan names no task, so no result could be held against it');
  const digest = planDigest(model, settings);
  const id = newId();
  const isPrivate = modelRepo.private || datasetRepo.private;
  await ctx.db.tx(async (tx) => {
    await tx.lockRepo(modelRepo.id);
    const { count } = await tx.one<{ count: number }>(
      'SELECT count(*)::int AS count FROM record.plans WHERE model_repo_id = $1',
      [modelRepo.id],
    );
    if (count >= mostPlans)
      throw new HubError('conflict', `${modelRepo.fullName} has ${mostPlans} plans; that is all it may have`);
    await tx.query(
      `INSERT INTO record.plans (id, model_repo_id, dataset_repo_id, task_id, model, settings, digest, attempts, stop_rule,
         by_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        id,
        modelRepo.id,
        datasetRepo.id,
        taskId,
        model,
        JSON.stringify(toStorable(settings)),
        digest,
        attempts,
        stopRule,
        actor.id,
        ctx.clock(),
      ],
    );
    await queueLeaf(tx, {
      kind: 'plan',
      facts: { planId: id, plan: digest, modelId: modelRepo.id, attempts },
      content: { by: actor.name, model, settings, stopRule },
      sealed: isPrivate,
    });
  });
  return { id, digest };
}
