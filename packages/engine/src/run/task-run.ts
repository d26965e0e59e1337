import type { Model } from '../model/model.ts';
import type { ModelOutput } from '../semantics/chat.ts';
import type { SideCall } from '../semantics/context.ts';
import { type GenerateConfig, mergeConfig } from '../semantics/generate-config.ts';
import type { TemplateSet } from '../semantics/prompts.ts';
import { createScorers, type Scorer } from '../semantics/scorer.ts';
import { createSolver, type Solver } from '../semantics/solver.ts';
import type { TaskState } from '../semantics/state.ts';
import type { OwnSteps } from '../task/own-steps.ts';
import type { RunPlan } from '../task/run-plan.ts';
import { type CostLedger, createCostLedger } from './cost-ledger.ts';
import type { SampleRecorder } from './sample-recorder.ts';

/** Solvers, scorers and models of one task, built once; samples run through them side by side. */
export interface TaskRun {
  plan: RunPlan;
  model: Model;
  solvers: Solver[];
  scorers: Scorer[];
  ledger: CostLedger;
  /** Ends every call when the run is cancelled. */
  signal: AbortSignal;
  /** Whose calls are whose; a sample enters itself while it runs. */
  running: Map<TaskState, { recorder: SampleRecorder; signal: AbortSignal }>;
}

export interface TaskRunParts {
  plan: RunPlan;
  model: Model;
  templates: TemplateSet;
  signal: AbortSignal;
  /** Opens a judge or critic by name. */
  openModel(name: string): Model;
  /** Solvers and scorers that the task brings along in code. */
  own?: OwnSteps;
}

/** Settings that say how to call rather than what to ask: judges get them too. */
const operational = [
  'max_retries',
  'timeout',
  'attempt_timeout',
  'max_connections',
  'adaptive_connections',
  'cache',
];

/**
 * Builds solvers and scorers; wrong arguments show here, before any sample runs.
 * @throws SemanticsError
 */
export function createTaskRun(parts: TaskRunParts): TaskRun {
  const { plan, model, templates, signal, openModel, own } = parts;
  const running: TaskRun['running'] = new Map();
  const context = {
    templates,
    modelsForRole: (role: string) => plan.modelRoles[role] ?? [],
    callModel(state: TaskState, call: SideCall): Promise<ModelOutput> {
      const sample = running.get(state)!;
      const side = call.model === null ? model : openModel(call.model);
      const base = call.model === null ? plan.generate : pick(plan.generate, operational);
      const config = mergeConfig(base, call.config);
      return sample.recorder.call(side, call.messages, config, sample.signal, call.role);
    },
  };
  return {
    plan,
    model,
    signal,
    running,
    ledger: createCostLedger(plan),
    solvers: plan.task.solvers.map((step) => createSolver(step, context, own?.solvers)),
    scorers: plan.score === false ? [] : createScorers(plan.task.scorers, context, own?.scorers),
  };
}

function pick(config: GenerateConfig, names: string[]): GenerateConfig {
  return Object.fromEntries(names.filter((name) => name in config).map((name) => [name, config[name]]));
}
