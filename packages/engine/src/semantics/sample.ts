import type { ChatMessage, ContentPart } from './chat.ts';
import { SemanticsError } from './error.ts';
import { pythonStr } from './python/values.ts';

/** One item of a dataset, ready to be run. */
export interface Sample {
  id: number | string;
  input: string | ChatMessage[];
  choices?: string[];
  target: string | string[];
  metadata?: Record<string, unknown>;
  description?: string;
}

/** Which columns of a record make a sample: `field_spec` of an eval.yaml. */
export interface SampleFields {
  input: string;
  /** A column, or `literal:` followed by the target itself. */
  target: string;
  /** One column that holds a list, or the columns in order. */
  choices?: string | string[];
  metadata?: string[];
  inputImage?: string;
  description?: string;
}

export type DataRecord = Record<string, unknown>;

const literalPrefix = 'literal:';
const roles = new Set(['system', 'user', 'assistant', 'tool']);

/**
 * The sample of one record under Inspect's rules: the id is given by the caller (1…N in dataset order), never read
 * from the record. Throws `missing-column` and `bad-record`, naming the column.
 */
export function recordToSample(record: DataRecord, fields: SampleFields, id: number | string): Sample {
  const choices = recordChoices(record, fields.choices);
  const sample: Sample = {
    id,
    input: recordInput(record, fields),
    target: recordTarget(record, fields.target, fields.choices !== undefined),
  };
  if (choices && choices.length > 0) sample.choices = choices;
  if (fields.metadata) {
    sample.metadata = Object.fromEntries(fields.metadata.map((name) => [name, column(record, name)]));
  }
  const description = recordDescription(record, fields.description);
  if (description !== undefined) sample.description = description;
  return sample;
}

/** The target as text: a literal, a letter for an integer that names a choice, or Python's `str()` of the value. */
export function recordTarget(record: DataRecord, target: string, hasChoices: boolean): string {
  if (target.startsWith(literalPrefix)) return target.slice(literalPrefix.length);
  const value = column(record, target);
  const index = hasChoices ? integerOf(value) : undefined;
  return index === undefined ? pythonStr(value) : letterAt(index, target);
}

export function recordChoices(
  record: DataRecord,
  choices: string | string[] | undefined,
): string[] | undefined {
  if (choices === undefined) return undefined;
  const values = Array.isArray(choices)
    ? choices.map((name) => column(record, name))
    : column(record, choices);
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) {
    throw badRecord([choices].flat().join(', '), 'the choices must be a list of strings', values);
  }
  return values;
}

function recordInput(record: DataRecord, fields: SampleFields): string | ChatMessage[] {
  const input = column(record, fields.input);
  const image = fields.inputImage === undefined ? null : column(record, fields.inputImage);
  if (image === null || image === '') return toInput(input, fields.input);
  if (typeof image !== 'string') {
    throw badRecord(fields.inputImage!, 'an image must be a data URI or a URL', image);
  }
  if (typeof input !== 'string')
    throw badRecord(fields.input, 'the text beside an image must be a string', input);
  const content: ContentPart[] = [
    { type: 'text', text: input },
    { type: 'image', image, detail: 'auto' },
  ];
  return [{ role: 'user', content }];
}

function toInput(value: unknown, name: string): string | ChatMessage[] {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) throw badRecord(name, 'the input must be a string or a list of messages', value);
  return value.map((message) => toMessage(message, name));
}

function toMessage(value: unknown, name: string): ChatMessage {
  const message = value as Partial<ChatMessage> | null;
  const content = message?.content;
  if (typeof message !== 'object' || message === null || !roles.has(String(message.role))) {
    throw badRecord(name, 'a message needs a role: system, user, assistant or tool', value);
  }
  if (typeof content !== 'string' && !(Array.isArray(content) && content.every(isPart))) {
    throw badRecord(name, 'a message needs a content: text or a list of parts', value);
  }
  return { ...(message as ChatMessage) };
}

function isPart(part: unknown): boolean {
  return typeof part === 'object' && part !== null && typeof (part as { type?: unknown }).type === 'string';
}

function recordDescription(record: DataRecord, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const value = column(record, name);
  if (value === null) return undefined;
  if (typeof value !== 'string') throw badRecord(name, 'a description must be a string', value);
  return value;
}

/** Python counts booleans as integers: true names the second choice. */
function integerOf(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

/** Upper-case letter at the index; negative ones count from the end. */
function letterAt(index: number, name: string): string {
  const position = index < 0 ? index + 26 : index;
  if (position < 0 || position > 25) {
    const message = `column "${name}": an integer target names a choice by position, 0 to 25; found ${index}`;
    throw new SemanticsError('bad-target-index', message);
  }
  return String.fromCharCode(65 + position);
}

function column(record: DataRecord, name: string): unknown {
  if (!Object.hasOwn(record, name)) {
    const has = Object.keys(record).slice(0, 20).join(', ');
    throw new SemanticsError('missing-column', `the record has no column "${name}"`, {
      hint: `it has: ${has}`,
    });
  }
  return record[name] ?? null;
}

function badRecord(name: string, rule: string, value: unknown): SemanticsError {
  const shown = pythonStr(value).slice(0, 60);
  return new SemanticsError('bad-record', `column "${name}": ${rule}; found ${shown}`);
}
