import type { ResultEntry } from './result-entry.ts';

/** An entry to be written. `valueText` is printed when it is given and means `value`; else the shortest form of `value`. */
export type NewEntry = Omit<ResultEntry, 'valueText' | 'line' | 'column' | 'json'> & { valueText?: string };

/** The entry as lines of YAML without list dash, in the key order of the Hub's own writer. */
export function entryLines(entry: NewEntry): string[] {
  const { dataset, source } = entry;
  return [
    'dataset:',
    `  id: ${text(dataset.id)}`,
    `  task_id: ${text(dataset.taskId)}`,
    ...optional('  revision', dataset.revision, true),
    `value: ${numberText(entry)}`,
    ...optional('verifyToken', entry.verifyToken, true),
    ...optional('date', entry.date, true),
    ...(source === undefined
      ? []
      : [
          'source:',
          `  url: ${text(source.url)}`,
          ...optional('  name', source.name),
          ...optional('  user', source.user),
          ...optional('  org', source.org),
        ]),
    ...optional('notes', entry.notes),
  ];
}

/** The entry on one line, for lists that are written in brackets. */
export function entryInBrackets(entry: NewEntry): string {
  const { dataset, source } = entry;
  const members = (pairs: [string, string | undefined][]) =>
    pairs.flatMap(([key, value]) => (value === undefined ? [] : `${key}: ${doubleQuoted(value)}`)).join(', ');
  const parts = [
    `dataset: {${members([
      ['id', dataset.id],
      ['task_id', dataset.taskId],
      ['revision', dataset.revision],
    ])}}`,
    `value: ${numberText(entry)}`,
    members([
      ['verifyToken', entry.verifyToken],
      ['date', entry.date],
    ]),
    source &&
      `source: {${members([
        ['url', source.url],
        ['name', source.name],
        ['user', source.user],
        ['org', source.org],
      ])}}`,
    members([['notes', entry.notes]]),
  ];
  return `{${parts.filter(Boolean).join(', ')}}`;
}

function optional(key: string, value: string | undefined, alwaysQuoted = false): string[] {
  return value === undefined ? [] : [`${key}: ${alwaysQuoted ? doubleQuoted(value) : text(value)}`];
}

function numberText({ value, valueText }: NewEntry): string {
  const plain = valueText !== undefined && /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(valueText);
  return plain && Number(valueText) === value ? valueText : String(value);
}

// Plain only where no reader of YAML 1.1 or 1.2 sees anything but text: it begins with a letter, holds neither ": "
// nor " #", and is no word with a meaning.
function text(value: string): string {
  const safe = /^[A-Za-z][A-Za-z0-9 ._/@+-]*(:[A-Za-z0-9/._-]+)*[A-Za-z0-9]$/.test(value);
  const word = /^(yes|no|on|off|true|false|null|nan|inf)$/i.test(value);
  return safe && !word && value.length <= 200 ? value : doubleQuoted(value);
}

// JSON's string form is a YAML double-quoted scalar, once the few characters YAML may not print are escaped as well.
function doubleQuoted(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
