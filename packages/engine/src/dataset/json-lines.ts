import { createReadStream } from 'node:fs';
import { EngineError } from '../engine-error.ts';
import { parsePythonJson } from '../semantics/python/json.ts';
import type { DataRecord } from '../semantics/sample.ts';
import { decompress, readLines } from './text-lines.ts';

/**
 * The records of JSONL text; empty lines are skipped.
 * @param name for messages
 * @throws EngineError `dataset-unreadable` naming the line
 */
export async function* parseJsonLines(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncIterable<DataRecord> {
  let number = 0;
  for await (const lines of readLines(bytes)) {
    for (const line of lines) {
      number++;
      if (line.trim() !== '') yield parseRecord(line, `${name}:${number}`);
    }
  }
}

/** The records of a local JSONL file, plain or compressed. */
export function readJsonLines(path: string): AsyncIterable<DataRecord> {
  return parseJsonLines(decompress(createReadStream(path), path), path);
}

/**
 * The records of a `.json` file: a list of objects, an object of equally long columns, or lines. A list is read
 * whole.
 */
export async function* parseJsonFile(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncIterable<DataRecord> {
  const lines: string[] = [];
  for await (const more of readLines(bytes)) for (const line of more) lines.push(line);
  const first = lines.find((line) => line.trim() !== '')?.trim() ?? '';
  if (first.startsWith('{') && isWhole(first)) {
    for (const [at, line] of lines.entries())
      if (line.trim() !== '') yield parseRecord(line, `${name}:${at + 1}`);
    return;
  }
  const value = parseValue(lines.join('\n'), name);
  if (Array.isArray(value)) yield* value.map((record) => asRecord(record, name));
  else yield* fromColumns(asRecord(value, name), name);
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function* fromColumns(columns: DataRecord, name: string): Iterable<DataRecord> {
  const entries = Object.entries(columns);
  const length = (entries[0]?.[1] as unknown[] | undefined)?.length;
  if (!entries.every(([, column]) => Array.isArray(column) && column.length === length)) {
    throw new EngineError(
      'dataset-unreadable',
      `${name} is neither a list of objects nor columns of one length`,
    );
  }
  for (let row = 0; row < (length ?? 0); row++) {
    yield Object.fromEntries(entries.map(([key, column]) => [key, (column as unknown[])[row]]));
  }
}

function parseRecord(line: string, where: string): DataRecord {
  return asRecord(parseValue(line, where), where);
}

function parseValue(text: string, where: string): unknown {
  try {
    return parsePythonJson(text);
  } catch (cause) {
    throw new EngineError('dataset-unreadable', `${where} is not JSON`, { cause });
  }
}

function asRecord(value: unknown, where: string): DataRecord {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as DataRecord;
  throw new EngineError('dataset-unreadable', `${where} is not a JSON object`);
}
