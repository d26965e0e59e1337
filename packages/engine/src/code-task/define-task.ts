import type { ChatMessage } from '../semantics/chat.ts';
import type { Step } from '../semantics/context.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import { accuracyAndStderr, type Metric } from '../semantics/metric.ts';
import type { Score } from '../semantics/scores.ts';
import type { Generate } from '../semantics/solver.ts';
import type { TaskState } from '../semantics/state.ts';

/** A sample as a task in code gives it; ids are the positions, counted from 1. */
export interface TaskSample {
  input: string | ChatMessage[];
  /** Several: any of them is right. */
  target: string | string[];
  choices?: string[];
  metadata?: Record<string, unknown>;
}

/** Samples themselves, a function that makes them as they are needed (once for each epoch), or where rows lie. */
export type TaskData =
  | TaskSample[]
  | (() => Iterable<TaskSample> | AsyncIterable<TaskSample>)
  | {
      /** A folder beside the file (`./data`), or a dataset of the hub (`hf/ORG/NAME[@REVISION]`). */
      from: string;
      config?: string;
      split?: string;
      /** Which columns make a sample. */
      columns: { input: string; target: string; choices?: string | string[]; metadata?: string[] };
    };

/** A solver of one's own. Its name stands in the log. */
export interface OwnSolver {
  name: string;
  /**
   * @param generate sends the conversation to the model and appends its reply; as often as wanted
   * @param apply runs another step on the state: one of {@link solvers}, or another solver of one's own
   */
  solve(
    state: TaskState,
    generate: Generate,
    apply: (step: SolverStep, state: TaskState) => Promise<TaskState>,
  ): Promise<TaskState>;
}

/** A scorer of one's own. Its name stands in the log. */
export interface OwnScorer {
  name: string;
  /** Default: accuracy and its standard error. */
  metrics?: Metric[];
  /**
   * @param judge what another scorer says of the same sample: one of {@link scorers}, or another of one's own
   */
  score(
    state: TaskState,
    target: string[],
    judge: (step: ScorerStep) => Promise<Score>,
  ): Score | Promise<Score>;
}

export type SolverStep = Step | OwnSolver;
export type ScorerStep = Step | OwnScorer;

export interface TaskDefinition {
  /** Names the task in logs; one word of letters, digits, `_` and `-`. */
  name: string;
  data: TaskData;
  solvers: SolverStep[];
  scorers: ScorerStep[];
  epochs?: number;
  epochReducer?: string;
  shuffleChoices?: boolean;
}

/** A task in code: the default export of a file, or one of a list there. Runs with `assay eval ./FILE.ts`. */
export function defineTask(definition: TaskDefinition): TaskDefinition {
  return definition;
}

export function defineSolver(name: string, solve: OwnSolver['solve']): OwnSolver {
  return { name, solve };
}

export function defineScorer(
  name: string,
  score: OwnScorer['score'],
  metrics: Metric[] = accuracyAndStderr(),
): OwnScorer {
  return { name, score, metrics };
}

const step = (name: string, args: object): Step => ({ name, args: { ...args } });

/** The solvers of an eval.yaml, with their arguments. */
export const solvers = {
  generate: (config: GenerateConfig = {}): Step => step('generate', config),
  chainOfThought: (args: { template?: string } = {}): Step => step('chain_of_thought', args),
  promptTemplate: (template: string, params: Record<string, unknown> = {}): Step =>
    step('prompt_template', { template, ...params }),
  systemMessage: (template: string, params: Record<string, unknown> = {}): Step =>
    step('system_message', { template, ...params }),
  userMessage: (template: string, params: Record<string, unknown> = {}): Step =>
    step('user_message', { template, ...params }),
  multipleChoice: (
    args: { template?: string; cot?: boolean; multiple_correct?: boolean; max_tokens?: number } = {},
  ): Step => step('multiple_choice', args),
  selfCritique: (
    args: { critique_template?: string; completion_template?: string; model?: string } = {},
  ): Step => step('self_critique', args),
};

interface JudgeArguments {
  template?: string;
  instructions?: string;
  grade_pattern?: string;
  include_history?: boolean;
  partial_credit?: boolean;
  model?: string | string[];
  model_role?: string;
}

/** The scorers of an eval.yaml, with their arguments. */
export const scorers = {
  match: (
    args: { location?: 'begin' | 'end' | 'any' | 'exact'; ignore_case?: boolean; numeric?: boolean } = {},
  ): Step => step('match', args),
  includes: (args: { ignore_case?: boolean } = {}): Step => step('includes', args),
  pattern: (pattern: string, args: { ignore_case?: boolean; match_all?: boolean } = {}): Step =>
    step('pattern', { pattern, ...args }),
  answer: (pattern: 'letter' | 'word' | 'line'): Step => step('answer', { pattern }),
  exact: (): Step => step('exact', {}),
  f1: (args: { stop_words?: string[] } = {}): Step => step('f1', args),
  choice: (): Step => step('choice', {}),
  math: (): Step => step('math', {}),
  modelGradedQa: (args: JudgeArguments = {}): Step => step('model_graded_qa', args),
  modelGradedFact: (args: JudgeArguments = {}): Step => step('model_graded_fact', args),
};
