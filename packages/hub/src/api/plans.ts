import { toRunSettings } from '@assay/spec';
import { requireActor } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { optionalText, readJsonObject, requiredText } from '../http/request-body.ts';
import { registerPlan } from '../plans/register-plan.ts';
import { replicate } from '../plans/replicate.ts';
import { requireRepo } from '../repos/require-repo.ts';

const bodyMib = 1;
const mostAttempts = 10_000;

/** Runs announced before they happen, and runs held against a result. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.post('/api/assay/plans', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const body = await readJsonObject(c.req.raw, bodyMib);
    const settings = toRunSettings(body.plan);
    if (!settings) throw new HubError('invalid-input', '"plan" must name a dataset and its commit');
    const { id: datasetName } = settings.dataset as { id: string };
    const modelRepo = await requireRepo(ctx, actor, 'model', requiredText(body, 'repo'), 'discuss');
    const datasetRepo = await requireRepo(ctx, actor, 'dataset', datasetName, 'read');
    const plan = await registerPlan(ctx, actor, {
      modelRepo,
      datasetRepo,
      settings,
      model: requiredText(body, 'model', 500),
      attempts: toCount(body.attempts ?? 1),
      stopRule: optionalText(body, 'stopRule', 2_000) ?? '',
    });
    return c.json(plan, 201);
  });

  app.post('/api/assay/results/:id/replications', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const body = await readJsonObject(c.req.raw, bodyMib);
    const { margin } = body;
    if (typeof margin !== 'number' || !(margin > 0 && margin < 1))
      throw new HubError('invalid-input', '"margin" must be a share between 0 and 1, such as 0.02');
    const evidence = requiredText(body, 'evidence');
    return c.json(await replicate(ctx, actor, c.req.param('id'), { evidence, margin }), 201);
  });
}

function toCount(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= mostAttempts)
    return value;
  throw new HubError('invalid-input', `"attempts" must be a whole number from 1 to ${mostAttempts}`);
}
