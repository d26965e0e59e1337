import type { ChatMessage } from '../semantics/chat.ts';
import { SemanticsError } from '../semantics/error.ts';
import { pythonRepr } from '../semantics/python/values.ts';
import { isBlank } from '../semantics/python/whitespace.ts';
import type { DataRecord } from '../semantics/sample.ts';
import type { DocumentRules } from './document.ts';
import type { FewShotSampler } from './few-shot.ts';
import type { LmEvalTask } from './task-config.ts';

/** One turn of a prompt; as plain text its content is followed by its delimiter. */
export interface Turn {
  role: 'system' | 'user' | 'assistant';
  content: string;
  delimiter: string;
}

/** What a record's prompts are made with. */
export interface PromptMaker {
  task: LmEvalTask;
  rules: DocumentRules;
  sampler: FewShotSampler;
  /** Whether each choice makes a prompt of its own: the first record's text is a number. */
  promptPerChoice: boolean;
}

/** The prompts of a record: one, or one for each choice. */
export function makePrompts(maker: PromptMaker, record: DataRecord): Turn[][] {
  const { task, rules } = maker;
  const prefix = rules.field(record, task.genPrefix);
  const before = [...describe(maker, record), ...showExamples(maker, record)];
  const text = rules.text(record);
  if (maker.promptPerChoice) {
    return rules
      .choices(record)
      .map((choice) => [...before, ...toTurns({ text: choice, prefix, between: '', after: '' })]);
  }
  return [[...before, ...toTurns({ text, prefix, between: task.targetDelimiter, after: '' })]];
}

function describe({ task, rules }: PromptMaker, record: DataRecord): Turn[] {
  const content = rules.field(record, task.description);
  return content ? [{ role: 'system', content, delimiter: '' }] : [];
}

function showExamples({ task, rules, sampler, promptPerChoice }: PromptMaker, record: DataRecord): Turn[] {
  if (task.numFewshot === 0) return [];
  const { fewshot } = task;
  // Examples of another split cannot be the record itself.
  const evaluated = fewshot.split === task.testSplit ? record : null;
  return sampler.draw(task.numFewshot, evaluated).flatMap((example) => {
    const choices = fewshot.docToChoice === null ? null : rules.choices(example, fewshot.docToChoice);
    const given = rules.text(example, fewshot.docToText);
    return toTurns({
      text: promptPerChoice ? choices?.[given as number] : given,
      choices: promptPerChoice ? null : choices,
      answer: rules.target(example, fewshot.docToTarget),
      prefix: rules.field(example, fewshot.genPrefix),
      between: fewshot.targetDelimiter,
      after: fewshot.fewshotDelimiter,
    });
  });
}

interface TurnParts {
  text: unknown;
  choices?: unknown[] | null;
  answer?: unknown;
  prefix: string | null;
  /** Stands between question and answer. */
  between: string;
  /** Stands after the answer. */
  after: string;
}

function toTurns({ text, choices, answer, prefix, between, after }: TurnParts): Turn[] {
  if (typeof text !== 'string') throw notText('the question', text);
  const answered = answer !== undefined && answer !== null && answer !== '';
  const delimited = prefix ? needsSpace(text, prefix) : answered;
  const turns: Turn[] = [{ role: 'user', content: text, delimiter: delimited ? between : '' }];
  if (answered) {
    const content = joinParts(prefix, answerText(answer, choices));
    turns.push({ role: 'assistant', content, delimiter: after });
  } else if (prefix) turns.push({ role: 'assistant', content: prefix, delimiter: '' });
  return turns;
}

/** An index names a choice; of several answers the first is shown. */
function answerText(answer: unknown, choices?: unknown[] | null): string {
  const index = typeof answer === 'boolean' ? Number(answer) : answer;
  const text =
    choices && typeof index === 'number' ? choices.at(index) : Array.isArray(answer) ? answer[0] : answer;
  return typeof text === 'string' ? text : fail(notText('the answer of an example', answer));
}

/** With a space between, unless there is whitespace already. */
function joinParts(prefix: string | null, text: string): string {
  if (!prefix) return text;
  if (text === '') return prefix;
  return needsSpace(prefix, text) ? `${prefix} ${text}` : prefix + text;
}

function needsSpace(before: string, after: string): boolean {
  if (before === '') return false;
  return !(isBlank(Array.from(before).at(-1)!) || isBlank(Array.from(after)[0] ?? ''));
}

/** The prompt as one text, for completion endpoints. */
export function toPlainPrompt(turns: Turn[]): string {
  return turns.map((turn) => turn.content + turn.delimiter).join('');
}

/**
 * The prompt as messages: the description as system message, everything else in one user message, and a prefix of the
 * answer as the last one.
 */
export function toChatPrompt(turns: Turn[]): ChatMessage[] {
  const messages: ChatMessage[] = [];
  const [first, ...others] = turns;
  const rest = first?.role === 'system' ? others : turns;
  if (first?.role === 'system') messages.push({ role: 'system', content: first.content });
  const prefix = rest.at(-1)?.role === 'assistant' ? rest.at(-1) : undefined;
  const asked = prefix ? rest.slice(0, -1) : rest;
  const content = asked
    .map((turn, at) => turn.content + (at < asked.length - 1 ? turn.delimiter : ''))
    .join('');
  messages.push({ role: 'user', content });
  if (prefix) messages.push({ role: 'assistant', content: prefix.content });
  return messages;
}

function notText(what: string, value: unknown): SemanticsError {
  return new SemanticsError('bad-record', `${what} is no text but ${pythonRepr(value).slice(0, 60)}`);
}

function fail(error: Error): never {
  throw error;
}
