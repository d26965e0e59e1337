import { parseRepoName } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { findBenchmark } from '../leaderboards/find-benchmark.ts';
import type { Repo } from '../repos/repo.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { assertBaseUrl, findEndpoint, listEndpoints } from './endpoints.ts';
import { insertJob } from './insert-job.ts';
import type { EvalSpec, Job } from './job.ts';

export interface WantedEval {
  task: string;
  model: string;
  provider?: string;
  modelBaseUrl?: string;
  repo: string;
  ownerId: string;
  secrets: Record<string, string>;
  labels: Record<string, string>;
  limit?: number;
  connections?: number;
  maxTokens?: number;
  maxCostUsd?: number;
  timeoutSeconds: number;
}

/**
 * Puts an evaluation into the queue. The actor must be able to read the benchmark and to open a pull request on the
 * model; where the model is served is an administrator's word, not theirs.
 * @throws HubError `invalid-input`, `forbidden`, `quota-exceeded`, what `requireRepo` throws
 */
export async function submitEval(ctx: HubContext, actor: Actor, wanted: WantedEval): Promise<Job> {
  const { dataset, taskId, revision } = parseTask(wanted.task);
  const benchmark = await requireRepo(ctx, actor, 'dataset', dataset, 'content');
  const model = await requireRepo(ctx, actor, 'model', wanted.repo, 'discuss');
  const commit = await ctx.git.reader(benchmark.id).resolve(revision);
  if (commit === null) throw new HubError('revision-not-found', `${dataset} has no revision ${revision}`);
  assertModelName(wanted.model);
  const place = await findPlace(ctx, actor, wanted);
  const spec: EvalSpec = {
    // Pinned now: what waits in the queue is what was asked for, whatever is pushed meanwhile.
    task: `hf/${benchmark.fullName}/${taskId ?? (await onlyTask(ctx, benchmark))}@${commit}`,
    model: wanted.model,
    ...place,
    repo: model.fullName,
    modelRepoId: model.id,
    datasetRepoId: benchmark.id,
    ...pick(wanted, 'limit'),
    ...pick(wanted, 'connections'),
    ...pick(wanted, 'maxTokens'),
    ...ceilingOf(ctx, wanted),
  };
  const { ownerId, secrets, labels, timeoutSeconds } = wanted;
  return insertJob(ctx, { kind: 'eval', spec, ownerId, initiator: actor, secrets, labels, timeoutSeconds });
}

function pick<K extends 'limit' | 'connections' | 'maxTokens'>(
  wanted: WantedEval,
  key: K,
): Pick<EvalSpec, K> {
  return (wanted[key] === undefined ? {} : { [key]: wanted[key] }) as Pick<EvalSpec, K>;
}

/** The lower of what the job and the hub allow. */
function ceilingOf(ctx: HubContext, wanted: WantedEval): Pick<EvalSpec, 'maxCostUsd'> {
  const ceilings = [wanted.maxCostUsd, ctx.config.jobsMaxCostUsd].filter((one) => one !== undefined);
  return ceilings.length === 0 ? {} : { maxCostUsd: Math.min(...ceilings) };
}

function parseTask(text: string): { dataset: string; taskId: string | undefined; revision: string } {
  const [, namespace, name, taskId, revision = 'main'] =
    /^(?:hf\/)?([^/@]+)\/([^/@]+)(?:\/([^/@]+))?(?:@(.+))?$/.exec(text) ?? [];
  const dataset = `${namespace}/${name}`;
  if (namespace && name && parseRepoName(dataset).ok) return { dataset, taskId, revision };
  throw new HubError('invalid-input', `"${text.slice(0, 200)}" names no task`, {
    hint: 'It looks like hf/ORG/BENCH/TASK, with @REVISION behind it if it is not to be the newest.',
  });
}

async function onlyTask(ctx: HubContext, benchmark: Repo): Promise<string> {
  const tasks = ((await findBenchmark(ctx, benchmark))?.tasks ?? []).flatMap((task) => task.id ?? []);
  if (tasks.length === 1) return tasks[0]!;
  throw new HubError('invalid-input', `say which task of ${benchmark.fullName} is to be run`, {
    hint:
      tasks.length > 0 ? `Its tasks: ${tasks.join(', ')}` : `${benchmark.fullName} registers no benchmark.`,
  });
}

/** The name goes into the engine's name of the model: `openai-api/PROVIDER/MODEL`. */
function assertModelName(model: string): void {
  if (/^[\w.:@+-]+(\/[\w.:@+-]+)*$/.test(model) && model.length <= 300) return;
  throw new HubError('invalid-input', `"${model.slice(0, 100)}" is no name of a model`);
}

async function findPlace(
  ctx: HubContext,
  actor: Actor,
  wanted: WantedEval,
): Promise<Pick<EvalSpec, 'provider' | 'modelBaseUrl' | 'usdPerMillionTokens'>> {
  const { provider, modelBaseUrl } = wanted;
  if (modelBaseUrl !== undefined) {
    if (!actor.isAdmin)
      throw new HubError(
        'forbidden',
        'only an administrator may name any base URL; name a provider instead',
        {
          hint: await namesOfEndpoints(ctx),
        },
      );
    const name = provider ?? 'custom';
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name))
      throw new HubError('invalid-input', 'a provider is named with small letters, digits and hyphens');
    return { provider: name, modelBaseUrl: assertBaseUrl(modelBaseUrl) };
  }
  const endpoint = provider === undefined ? null : await findEndpoint(ctx, provider);
  if (!endpoint) {
    const said =
      provider === undefined ? 'no provider is named' : `there is no provider "${provider.slice(0, 80)}"`;
    throw new HubError('invalid-input', said, { hint: await namesOfEndpoints(ctx) });
  }
  const { baseUrl, usdPerMillionTokens } = endpoint;
  const priced = usdPerMillionTokens === null ? {} : { usdPerMillionTokens };
  return { provider: endpoint.name, modelBaseUrl: baseUrl, ...priced };
}

async function namesOfEndpoints(ctx: HubContext): Promise<string> {
  const names = (await listEndpoints(ctx)).map((endpoint) => endpoint.name);
  return names.length > 0
    ? `Providers of this hub: ${names.join(', ')}`
    : 'This hub has no providers yet; an administrator adds them: assay jobs endpoint set NAME URL';
}
