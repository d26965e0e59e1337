import type { EvalLogHeader, EvalSample } from '@assay/spec';
import { type ChatMessage, emptyOutput, type ModelOutput } from '../semantics/chat.ts';
import type { Step } from '../semantics/context.ts';
import type { Sample } from '../semantics/sample.ts';
import { markAnswer } from '../semantics/solver/multiple-choice.ts';
import { createTaskState, type TaskState } from '../semantics/state.ts';

/** What a scorer needs of the task besides the sample: Inspect's logs and ours say it in the same place. */
export interface LoggedTask {
  model: string;
  /** Whether `multiple_choice` took several options; null when it was not used. */
  severalChoices: boolean | null;
}

export function toLoggedTask(header: EvalLogHeader): LoggedTask {
  const step = header.plan.steps.findLast((one) => one.solver === 'multiple_choice');
  return {
    model: header.eval.model,
    severalChoices: step ? step.params.multiple_correct === true : null,
  };
}

/** The scorers that the log was made with, as steps that can be made again. */
export function toLoggedScorers(header: EvalLogHeader): Step[] {
  const own = header.eval.metadata?.assay as { plan?: { task?: { scorers?: Step[] } } } | undefined;
  if (own?.plan?.task?.scorers) return own.plan.task.scorers;
  return (header.eval.scorers ?? []).map(({ name, options }) => ({
    // The second `match` is called `match1`; its name as a step is that of the first.
    name: /^(?:f1|.*\D)(?=\d*$)/.exec(name)?.[0] ?? name,
    args: Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== null)),
  }));
}

/**
 * The state a sample's solvers ended in, as far as scorers look at it. Which options `multiple_choice` marked stands
 * in no log: it is read out of the answer again.
 */
export function toLoggedState(logged: EvalSample, task: LoggedTask): TaskState {
  const sample: Sample = {
    id: logged.id,
    input: withAttachments(logged.input, logged) as Sample['input'],
    target: logged.target,
    metadata: logged.metadata ?? {},
    ...(logged.choices ? { choices: logged.choices } : {}),
  };
  const state = createTaskState(sample, logged.epoch, task.model);
  if (logged.messages) state.messages = withAttachments(logged.messages, logged) as ChatMessage[];
  state.output = (withAttachments(logged.output, logged) as ModelOutput) ?? emptyOutput(task.model);
  state.output.completion ??= '';
  state.store = logged.store ?? {};
  if (task.severalChoices !== null && state.choices.length > 0) markAnswer(state, task.severalChoices);
  return state;
}

const ATTACHMENT = 'attachment://';

/** Inspect keeps long texts once, beside the messages that hold them. */
function withAttachments(value: unknown, sample: EvalSample): unknown {
  const { attachments } = sample;
  if (!attachments || Object.keys(attachments).length === 0) return value;
  if (typeof value === 'string') {
    return value.startsWith(ATTACHMENT) ? (attachments[value.slice(ATTACHMENT.length)] ?? value) : value;
  }
  if (Array.isArray(value)) return value.map((one) => withAttachments(one, sample));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withAttachments(one, sample)]));
}
