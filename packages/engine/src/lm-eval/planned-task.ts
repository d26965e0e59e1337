import type { EvalTask, Step } from '@assay/spec';
import { EngineError } from '../engine-error.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import { factsKey } from './facts.ts';
import type { PlannedLmEval, PromptForm } from './prepared-records.ts';
import type { ScorerArguments } from './scorer.ts';
import type { LmEvalTask } from './task-config.ts';

/** The most stop texts that endpoints take; the others are applied to the answer. */
const MAX_STOPS = 4;

/**
 * The task in the engine's own shape. All that decides its prompts and scores is in it, so that a log can be continued
 * and scored again without the task's files.
 * @param overrides settings of the run, which win over the task's own
 * @throws EngineError `split-missing`
 */
export function toEvalTask(task: LmEvalTask, form: PromptForm, overrides: GenerateConfig = {}): EvalTask {
  const split = task.testSplit ?? task.validationSplit;
  if (split === null) {
    throw new EngineError('split-missing', `${task.task} names neither a test_split nor a validation_split`);
  }
  const planned: PlannedLmEval = { task, form };
  const scorer: ScorerArguments = {
    output_type: task.outputType,
    metrics: task.metrics,
    filters: task.filters,
    until: stopTexts(task),
  };
  return {
    id: task.task,
    config: task.datasetName ?? 'default',
    split,
    fieldSpec: { input: 'input', target: 'target', metadata: [factsKey] },
    epochs: 1,
    solvers: [toSolver(task, overrides)],
    scorers: [{ name: 'lm_eval', args: { ...scorer } }],
    extra: { [factsKey]: planned },
  };
}

function toSolver(task: LmEvalTask, overrides: GenerateConfig): Step {
  if (task.outputType !== 'generate_until') return { name: 'lm_eval_likelihood', args: {} };
  const args = { ...toGenerateConfig(task), ...overrides };
  const repeats = answersNeeded(task);
  return repeats === 1 ? { name: 'generate', args } : { name: 'lm_eval_repeats', args: { repeats, ...args } };
}

/** Repeated answers that `take_first` would drop are not asked for. */
function answersNeeded(task: LmEvalTask): number {
  const functions = task.filters.flatMap((filter) => filter.steps.map((step) => step.function));
  return functions.some((name) => name === 'majority_vote' || name === 'take_first_k') ? task.repeats : 1;
}

function stopTexts(task: LmEvalTask): string[] {
  const until = task.generation.until ?? [];
  return (Array.isArray(until) ? until : [until]).filter((text) => typeof text === 'string' && text !== '');
}

/** `generation_kwargs` by the names of this engine; greedy unless the task samples. Beams are no endpoint's business. */
function toGenerateConfig(task: LmEvalTask): GenerateConfig {
  const { generation } = task;
  const number = (...names: string[]): number | undefined =>
    names.map((name) => Number(generation[name] ?? Number.NaN)).find((value) => !Number.isNaN(value));
  const config: GenerateConfig = {
    temperature: number('temperature') ?? (generation.do_sample === true ? undefined : 0),
    max_tokens: number('max_gen_toks', 'max_tokens', 'max_new_tokens', 'max_completion_tokens') ?? 256,
    top_p: number('top_p'),
    top_k: number('top_k'),
  };
  const stops = stopTexts(task).slice(0, MAX_STOPS);
  if (stops.length > 0) config.stop_seqs = stops;
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}
