import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { EngineError } from '../engine-error.ts';
import { PythonFloat } from '../semantics/python/values.ts';
import type { DataRecord } from '../semantics/sample.ts';
import type { DatasetFiles, FileEntry } from './dataset-files.ts';

/** Rows are read so many at a time, and never across row groups. */
const BATCH = 2000;

/** The footer of a Parquet file: schema, row groups and the number of rows. */
export async function readParquetMetadata(files: DatasetFiles, file: FileEntry): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(toAsyncBuffer(files, file));
  } catch (cause) {
    throw new EngineError('dataset-unreadable', `${file.path} is not a Parquet file`, { cause });
  }
}

/** The rows of one Parquet file; only the row groups that are asked for are fetched. */
export async function* readParquet(
  files: DatasetFiles,
  file: FileEntry,
  metadata: FileMetaData,
): AsyncIterable<DataRecord> {
  const floats = floatColumns(metadata);
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    // One group's bytes, fetched once for all its batches.
    const buffer = cacheSlices(toAsyncBuffer(files, file));
    for (let row = start; row < end; row += BATCH) {
      const rows = await readRows(
        buffer,
        metadata,
        { rowStart: row, rowEnd: Math.min(row + BATCH, end) },
        file.path,
      );
      for (const one of rows) yield toRecord(one, floats);
    }
    start = end;
  }
}

async function readRows(
  file: AsyncBuffer,
  metadata: FileMetaData,
  range: { rowStart: number; rowEnd: number },
  path: string,
): Promise<DataRecord[]> {
  try {
    return await parquetReadObjects({ file, metadata, compressors, ...range });
  } catch (cause) {
    throw new EngineError('dataset-unreadable', `${path}: rows from ${range.rowStart} cannot be read`, {
      cause,
    });
  }
}

function toAsyncBuffer(files: DatasetFiles, file: FileEntry): AsyncBuffer {
  return {
    byteLength: file.size,
    async slice(start, end = file.size) {
      const from = start < 0 ? file.size + start : start;
      const chunks: Uint8Array[] = [];
      for await (const chunk of await files.open(file.path, { start: from, end })) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
}

/** Reading a row group in batches asks for the same bytes again and again. */
function cacheSlices(buffer: AsyncBuffer): AsyncBuffer {
  const known = new Map<string, ReturnType<AsyncBuffer['slice']>>();
  return {
    byteLength: buffer.byteLength,
    slice(start, end) {
      const key = `${start}-${end}`;
      const slice = known.get(key) ?? buffer.slice(start, end);
      known.set(key, slice);
      return slice;
    },
  };
}

/** Top-level columns that hold floats: JavaScript's 1 there is Python's 1.0. */
function floatColumns(metadata: FileMetaData): Set<string> {
  const types = new Set(['FLOAT', 'DOUBLE']);
  return new Set(
    metadata.schema.filter((element) => types.has(element.type ?? '')).map((element) => element.name),
  );
}

function toRecord(row: DataRecord, floats: Set<string>): DataRecord {
  const record: DataRecord = {};
  for (const name in row) record[name] = toPlain(row[name], floats.has(name));
  return record;
}

function toPlain(value: unknown, isFloat: boolean): unknown {
  if (typeof value === 'number') return isFloat && Number.isInteger(value) ? new PythonFloat(value) : value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map((item) => toPlain(item, isFloat));
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item, isFloat)]));
}
