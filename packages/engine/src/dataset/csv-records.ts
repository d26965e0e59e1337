import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { EngineError } from '../engine-error.ts';
import { PythonFloat } from '../semantics/python/values.ts';
import type { DataRecord } from '../semantics/sample.ts';

/** Texts that pandas, through which the `datasets` library reads CSV, takes for "no value". */
const missing = new Set(
  [
    '',
    '#N/A',
    '#N/A N/A',
    '#NA',
    '-1.#IND',
    '-1.#QNAN',
    '-NaN',
    '-nan',
    '1.#IND',
    '1.#QNAN',
    '<NA>',
    'N/A',
  ].concat(['NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null']),
);
const integer = /^\s*[+-]?\d+\s*$/;
const float = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
const truth = new Set(['True', 'TRUE', 'true', 'False', 'FALSE', 'false']);

/** What all values of a column have in common. */
type CsvType = 'integer' | 'float' | 'boolean' | 'text';
export type CsvTypes = Map<string, CsvType>;

interface Seen {
  filled: boolean;
  empty: boolean;
  integer: boolean;
  float: boolean;
  boolean: boolean;
}

/**
 * CSV has no types; a column's type is what all its values allow, so the whole text is read once for it.
 * @returns the types, and the number of rows
 */
export async function inferCsv(
  bytes: AsyncIterable<Uint8Array>,
  options: { separator: string; name: string },
): Promise<{ types: CsvTypes; count: number }> {
  const seen = new Map<string, Seen>();
  let count = 0;
  for await (const row of parseRows(bytes, options)) {
    count++;
    for (const [column, text] of Object.entries(row)) {
      const state = seen.get(column) ?? {
        filled: false,
        empty: false,
        integer: true,
        float: true,
        boolean: true,
      };
      seen.set(column, state);
      note(state, text);
    }
  }
  return { types: new Map([...seen].map(([column, state]) => [column, toType(state)])), count };
}

function note(state: Seen, text: string): void {
  if (missing.has(text)) {
    state.empty = true;
    return;
  }
  state.filled = true;
  state.integer &&= integer.test(text);
  state.float &&= float.test(text);
  state.boolean &&= truth.has(text);
}

function toType(state: Seen): CsvType {
  if (!state.filled) return 'text';
  // An integer column with gaps is a float column, a boolean one with gaps is text: pandas has no null for them.
  if (state.integer) return state.empty ? 'float' : 'integer';
  if (state.float) return 'float';
  if (state.boolean && !state.empty) return 'boolean';
  return 'text';
}

export async function* parseCsv(
  bytes: AsyncIterable<Uint8Array>,
  types: CsvTypes,
  options: { separator: string; name: string },
): AsyncIterable<DataRecord> {
  for await (const row of parseRows(bytes, options)) {
    const record: DataRecord = {};
    for (const column in row) record[column] = toValue(row[column]!, types.get(column) ?? 'text');
    yield record;
  }
}

function toValue(text: string, type: CsvType): unknown {
  if (missing.has(text)) return null;
  if (type === 'text') return text;
  if (type === 'boolean') return text.toLowerCase() === 'true';
  const value = Number(text);
  if (type === 'float') return Number.isInteger(value) ? new PythonFloat(value) : value;
  return Number.isSafeInteger(value) ? value : BigInt(text.trim());
}

async function* parseRows(
  bytes: AsyncIterable<Uint8Array>,
  { separator, name }: { separator: string; name: string },
): AsyncIterable<Record<string, string>> {
  const parser = parse({ bom: true, columns: true, delimiter: separator, relax_column_count: false });
  try {
    for await (const row of Readable.from(bytes).compose(parser)) yield row as Record<string, string>;
  } catch (cause) {
    const at = (cause as { lines?: number }).lines;
    throw new EngineError('dataset-unreadable', `${name}${at ? `:${at}` : ''} is not a CSV table`, { cause });
  }
}
