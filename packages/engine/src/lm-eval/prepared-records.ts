import type { EvalTask } from '@assay/spec';
import type { DatasetFiles } from '../dataset/dataset-files.ts';
import { openRecords, type RecordSource } from '../dataset/record-source.ts';
import { EngineError } from '../engine-error.ts';
import { SemanticsError } from '../semantics/error.ts';
import { pythonStr } from '../semantics/python/values.ts';
import type { DataRecord } from '../semantics/sample.ts';
import { DocumentRules } from './document.ts';
import type { LikelihoodRequest, SampleFacts } from './facts.ts';
import { factsKey } from './facts.ts';
import { createSampler } from './few-shot.ts';
import { makePrompts, type PromptMaker, type Turn, toChatPrompt, toPlainPrompt } from './prompt.ts';
import type { LmEvalTask } from './task-config.ts';

/** How prompts of `generate_until` are sent: as messages, or as one text for completion endpoints. */
export type PromptForm = 'chat' | 'plain';

/** What a plan holds of a task of lm-evaluation-harness, in `extra.lm_eval`. */
export interface PlannedLmEval {
  task: LmEvalTask;
  form: PromptForm;
}

/** Null for tasks of another kind. */
function plannedLmEval(task: EvalTask): PlannedLmEval | null {
  return (task.extra?.[factsKey] as PlannedLmEval | undefined) ?? null;
}

/** The rows of the evaluated split, each made into a prompt; rows of other tasks pass through. */
export function prepareRecords(task: EvalTask, files: DatasetFiles, records: RecordSource): RecordSource {
  const planned = plannedLmEval(task);
  if (!planned) return records;
  return {
    paths: records.paths,
    count: (limit) => records.count(limit),
    async *records() {
      // Each reading draws the examples anew, from the same seed: every epoch asks the same.
      let maker: PromptMaker | null = null;
      for await (const record of records.records()) {
        maker ??= await createPromptMaker(planned.task, files, record, task.config);
        yield toPrepared(maker, record, planned.form);
      }
    },
  };
}

/** @param first the first record of the evaluated split: its columns are the task's, its text tells the kind of prompt */
async function createPromptMaker(
  task: LmEvalTask,
  files: DatasetFiles,
  first: DataRecord,
  config: string,
): Promise<PromptMaker> {
  const rules = new DocumentRules(task, Object.keys(first));
  const pool = task.numFewshot === 0 ? [] : await readPool(task, files, config);
  const promptPerChoice = task.docToChoice !== null && typeof rules.text(first) === 'number';
  return { task, rules, sampler: createSampler(task.fewshot.sampler, pool), promptPerChoice };
}

/** The records that examples are drawn from: the few-shot split, listed samples, else what is not evaluated. */
async function readPool(task: LmEvalTask, files: DatasetFiles, config: string): Promise<DataRecord[]> {
  const { fewshot } = task;
  if (fewshot.split === null && fewshot.samples) return fewshot.samples;
  const split = fewshot.split ?? task.trainingSplit ?? task.validationSplit ?? task.testSplit;
  if (split === null) throw new EngineError('split-missing', `${task.task} names no split for its examples`);
  const pool: DataRecord[] = [];
  for await (const record of (await openRecords(files, config, split)).records()) pool.push(record);
  return pool;
}

function toPrepared(maker: PromptMaker, record: DataRecord, form: PromptForm): DataRecord {
  const { task, rules } = maker;
  const prompts = makePrompts(maker, record);
  const facts: SampleFacts = { gold: toGold(maker, record) };
  if (task.docToChoice !== null) facts.choices = rules.choices(record).map(pythonStr);
  if (task.filters.some((one) => one.steps.some((step) => step.function === 'multi_choice_regex'))) {
    facts.column = record.choices ?? null;
  }
  const prepared: DataRecord = { target: targetText(facts), [factsKey]: facts };
  if (task.outputType === 'generate_until') {
    return { ...prepared, input: form === 'chat' ? toChatPrompt(prompts[0]!) : toPlainPrompt(prompts[0]!) };
  }
  facts.requests = toRequests(maker, record, prompts);
  return { ...prepared, input: prompts.map(toPlainPrompt).join('\n\n') };
}

function toGold({ rules, promptPerChoice }: PromptMaker, record: DataRecord): unknown {
  const gold = promptPerChoice ? rules.text(record) : rules.target(record);
  return typeof gold === 'boolean' ? Number(gold) : gold;
}

function targetText({ gold, choices }: SampleFacts): string {
  return pythonStr((typeof gold === 'number' && choices?.[gold]) || gold);
}

/** What is asked of an endpoint that gives log-probabilities. */
function toRequests(maker: PromptMaker, record: DataRecord, prompts: Turn[][]): LikelihoodRequest[] {
  const { task, rules } = maker;
  const contexts = prompts.map(toPlainPrompt);
  const context = contexts[0]!;
  const target = (): string => needText(rules.target(record));
  if (task.outputType === 'loglikelihood_rolling') return [{ context: '', continuation: target() }];
  if (task.outputType === 'loglikelihood') return [{ context, continuation: target() }];
  const delimited = (text: unknown): string => task.targetDelimiter + pythonStr(text);
  const choices = rules.choices(record);
  const requests = maker.promptPerChoice
    ? contexts.map((one) => ({ context: one, continuation: delimited(rules.target(record)) }))
    : choices.map((choice) => ({ context, continuation: delimited(choice) }));
  if (!task.metrics.some((rule) => rule.metric === 'acc_mutual_info')) return requests;
  return [...requests, ...choices.map((choice) => ({ context: '', continuation: delimited(choice) }))];
}

function needText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new SemanticsError('bad-record', 'the continuation to be scored is no text');
}
