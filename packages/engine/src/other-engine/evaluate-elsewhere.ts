import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { EvalLogHeader } from '@assay/spec';
import { EngineError } from '../engine-error.ts';
import { type EvalRequest, type EvalServices, planTasks } from '../run/evaluate.ts';
import type { RunProgress } from '../run/progress.ts';
import type { RunSummary } from '../run/run-summary.ts';
import type { RunPlan } from '../task/run-plan.ts';
import { parseTaskSpec } from '../task/task-spec.ts';
import { findInspectPackage, readInspectTemplates } from '../templates/inspect-templates.ts';
import { adoptLog, type LoggedEngine } from './adopt-log.ts';
import { runEngineProcess } from './engine-process.ts';
import { type EnginePython, type OtherEngine, readyEnginePython, sameRulesVersion } from './engine-python.ts';
import { startFolderHub } from './folder-hub.ts';
import { toInspectArguments } from './inspect-arguments.ts';
import { toLightevalArguments } from './lighteval-arguments.ts';

/** What running an engine of others needs from outside, beside what our own needs. */
export interface OtherEngineServices extends EvalServices {
  /** The environment that the engine gets, e.g. `HF_ENDPOINT` and the models' keys. */
  env: Record<string, string | undefined>;
  /** Folder in which environments of engines are kept. */
  enginesDir: string;
  /** Told what takes long. */
  say(text: string): void;
}

/**
 * Lets another engine run what a request asks for: Inspect AI itself, or Lighteval through its Inspect backend. Each run
 * leaves a log like one of ours: it says what was planned, who ran it and in which version.
 * @throws EngineError `engine-missing`, `engine-failed` with the engine's last words, `plan-invalid` for what it cannot do
 */
export async function evaluateElsewhere(
  engine: OtherEngine,
  request: EvalRequest,
  services: OtherEngineServices,
): Promise<RunSummary[]> {
  if (engine.name === 'lighteval') return [await runLighteval(engine, request, services)];
  if (/\.[cm]?[jt]s(#|$)/.test(request.task) || request.task.startsWith('lm-eval/')) {
    throw new EngineError('plan-invalid', `Inspect cannot run "${request.task}"`, {
      hint: 'it runs an eval.yaml: hf/ORG/NAME, or a folder',
    });
  }
  const python = await readyEnginePython(engine, { ...services, folder: services.enginesDir });
  const found = await findInspectPackage([dirname(dirname(python.python))]);
  const templates = found ? await readInspectTemplates(found) : undefined;
  const summaries: RunSummary[] = [];
  const planning = { ...services, ...(templates ? { templates } : {}) };
  for await (const { plan } of planTasks(request, planning)) {
    if (services.signal?.aborted) break;
    const ours: RunPlan = {
      ...plan,
      profile: `inspect-${python.version}`,
      engine: `inspect_ai ${python.version}`,
    };
    summaries.push(await runInspect(python, ours, services));
  }
  return summaries;
}

async function runInspect(
  python: EnginePython,
  plan: RunPlan,
  services: OtherEngineServices,
): Promise<RunSummary> {
  const asked = parseTaskSpec(plan.spec);
  const folder = asked.kind === 'folder' ? await startFolderHub(asked.folder) : null;
  const [dataset, commit] = folder
    ? [folder.dataset, folder.commit]
    : [plan.dataset.id, plan.dataset.commit!];
  const spec = `hf/${dataset}${plan.task.id ? `/${plan.task.id}` : ''}@${commit}`;
  const engine: LoggedEngine = {
    name: python.package,
    version: python.version,
    sameRules: python.version === sameRulesVersion,
  };
  const env = { ...services.env, ...(folder ? { HF_ENDPOINT: folder.url, HF_HUB_DISABLE_XET: '1' } : {}) };
  const total = (header: EvalLogHeader): number =>
    (header.eval.dataset.sample_ids?.length ?? 0) * plan.epochs;
  try {
    return await runInto(services, { python, env, plan, engine, total }, (logDir) =>
      toInspectArguments(plan, { spec, logDir, retry: services.retry }),
    );
  } finally {
    await folder?.close();
  }
}

async function runLighteval(
  engine: OtherEngine,
  request: EvalRequest,
  services: OtherEngineServices,
): Promise<RunSummary> {
  // Refused before gigabytes are installed.
  toLightevalArguments(request, '');
  const python = await readyEnginePython(engine, { ...services, folder: services.enginesDir });
  const logged: LoggedEngine = { name: python.package, version: python.version, sameRules: false };
  const total = ({ eval: spec }: EvalLogHeader): number =>
    (spec.dataset.sample_ids?.length ?? 0) * (request.epochs ?? 1);
  const env = { ...services.env, ...toBaseUrl(request) };
  const run = { python, env, plan: null, engine: logged, total, model: request.model };
  return runInto(services, run, (logDir) => toLightevalArguments(request, logDir));
}

interface Run {
  python: EnginePython;
  env: Record<string, string | undefined>;
  plan: RunPlan | null;
  engine: LoggedEngine;
  model?: string;
  total(header: EvalLogHeader): number;
}

/** The engine writes into a hidden folder beside the logs; what it leaves becomes a log of ours. */
async function runInto(
  services: OtherEngineServices,
  run: Run,
  toArguments: (logDir: string) => string[],
): Promise<RunSummary> {
  await mkdir(services.logDir, { recursive: true });
  const hidden = resolve(await mkdtemp(join(services.logDir, '.engine-')));
  const began = performance.now();
  try {
    const end = await runEngineProcess({
      command: run.python.python,
      args: ['-m', run.python.package, ...toArguments(hidden)],
      cwd: hidden,
      env: toEngineEnvironment(run.env, run.plan?.model ?? run.model ?? ''),
      logDir: hidden,
      signal: services.signal,
      onLook: ({ path, header, done, errors }) => {
        const facts = { path, header, done, errors, total: run.total(header) };
        services.onProgress?.(toProgress(facts, (performance.now() - began) / 1000));
      },
    });
    const name = (await readdir(hidden)).find((one) => one.endsWith('.eval'));
    if (name !== undefined) {
      return await adoptLog(join(hidden, name), {
        logDir: services.logDir,
        plan: run.plan,
        engine: run.engine,
      });
    }
    throw new EngineError(
      'engine-failed',
      `${run.python.package} ${run.python.version} left no log (exit code ${end.code}): ${toLastWords(end.said)}`,
      { hint: services.signal?.aborted ? 'it was stopped before its first sample' : toHint(end.said) },
    );
  } finally {
    await rm(hidden, { recursive: true, force: true });
  }
}

/**
 * Everything that settings come from stands in the arguments: the engine's own variables would change the run unseen.
 * An endpoint that needs no key gets one, as the engine's client insists on it.
 */
function toEngineEnvironment(
  env: Record<string, string | undefined>,
  model: string,
): Record<string, string | undefined> {
  const own = /^INSPECT_(EVAL_|LOG_|DISPLAY|MODEL_)/;
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name)));
  const service = serviceOf(model);
  if (service && !kept[`${service}_API_KEY`]) kept[`${service}_API_KEY`] = 'none-needed';
  return { ...kept, NO_COLOR: '1', PYTHONUNBUFFERED: '1' };
}

/** `openai-api/my-host/model` reads variables that begin with MY_HOST. */
function serviceOf(model: string): string | undefined {
  const name = /^openai-api(?:-completions)?\/([^/]+)\//.exec(model)?.[1];
  return name?.toUpperCase().replaceAll('-', '_');
}

/** Lighteval has a flag for it and does not hand it on to the model. */
function toBaseUrl({ model, modelBaseUrl }: EvalRequest): Record<string, string> {
  const service = serviceOf(model);
  return service && modelBaseUrl ? { [`${service}_BASE_URL`]: modelBaseUrl } : {};
}

function toProgress(
  found: { path: string; header: EvalLogHeader; done: number; errors: number; total: number },
  seconds: number,
): RunProgress {
  const { done, total, errors, header } = found;
  const rate = done / seconds;
  return {
    task: header.eval.task,
    model: header.eval.model,
    logPath: found.path,
    done,
    total: Math.max(total, done),
    reused: 0,
    errors,
    inFlight: 0,
    rate,
    remaining: done > 0 ? Math.max(0, total - done) / rate : null,
    tokens: 0,
    cost: 0,
    connections: null,
    retries: {},
    waiting: null,
  };
}

function toHint(said: string): string {
  const host = /host='([\w.-]+)'/.exec(said)?.[1];
  if (!host || !/NameResolution|Max retries exceeded|ConnectionError/.test(said))
    return 'what it said is above';
  return `it needs to reach ${host} (Lighteval fetches data of its tasks when it starts, whatever task is run)`;
}

/** The end of what a program said, without the drawings of its terminal. */
function toLastWords(said: string): string {
  const lines = said.split('\n').map((line) => line.replaceAll(/[─-╿]+/g, '').trim());
  return lines
    .filter((line) => line !== '')
    .slice(-12)
    .join('\n');
}
