import type { FileMetaData } from 'hyparquet';
import type { DataRecord, Sample } from '../semantics/sample.ts';
import { type CsvTypes, inferCsv, parseCsv } from './csv-records.ts';
import { findSplitFiles } from './data-files.ts';
import type { DatasetFiles, FileEntry } from './dataset-files.ts';
import { parseJsonFile, parseJsonLines } from './json-lines.ts';
import { readParquet, readParquetMetadata } from './parquet-records.ts';
import { decompress } from './text-lines.ts';

/** The rows of one split, read as they are needed; may be read several times. */
export interface RecordSource {
  /** Paths within the dataset. */
  readonly paths: string[];
  records(): AsyncIterable<DataRecord>;
  /** Number of rows, not counting beyond `limit`. Text formats are read through for it. */
  count(limit?: number): Promise<number>;
  /** For rows that are samples already; otherwise a task's `field_spec` says what becomes of them. */
  toSample?(record: DataRecord, position: number): Sample;
}

/**
 * Opens a split of a dataset.
 * @throws EngineError `config-missing`, `split-missing`, `dataset-missing`, `dataset-unreadable`
 */
export async function openRecords(files: DatasetFiles, config: string, split: string): Promise<RecordSource> {
  const found = await findSplitFiles(files, config, split);
  const paths = found.files.map((file) => file.path);
  switch (found.format) {
    case 'parquet':
      return parquetSource(files, found.files);
    case 'csv':
      return csvSource(files, paths, ',');
    case 'tsv':
      return csvSource(files, paths, '\t');
    default: {
      const parse = found.format === 'json' ? parseJsonFile : parseJsonLines;
      return withCounting(paths, async function* () {
        for (const path of paths) yield* parse(decompress(await files.open(path), path), path);
      });
    }
  }
}

function parquetSource(files: DatasetFiles, entries: FileEntry[]): RecordSource {
  const known = new Map<FileEntry, Promise<FileMetaData>>();
  const metadata = (entry: FileEntry): Promise<FileMetaData> => {
    const footer = known.get(entry) ?? readParquetMetadata(files, entry);
    known.set(entry, footer);
    return footer;
  };
  return {
    paths: entries.map((entry) => entry.path),
    async *records() {
      for (const entry of entries) yield* readParquet(files, entry, await metadata(entry));
    },
    async count(limit = Number.POSITIVE_INFINITY) {
      let count = 0;
      for (const entry of entries) {
        if (count >= limit) break;
        count += Number((await metadata(entry)).num_rows);
      }
      return Math.min(count, limit);
    },
  };
}

function csvSource(files: DatasetFiles, paths: string[], separator: string): RecordSource {
  let inferred: Promise<CsvTypes[]> | null = null;
  const open = async (path: string): Promise<AsyncIterable<Uint8Array>> =>
    decompress(await files.open(path), path);
  const infer = async (): Promise<CsvTypes[]> => {
    const types: CsvTypes[] = [];
    for (const path of paths) types.push((await inferCsv(await open(path), { separator, name: path })).types);
    return types;
  };
  return withCounting(paths, async function* () {
    inferred ??= infer();
    const types = await inferred;
    for (const [at, path] of paths.entries()) {
      yield* parseCsv(await open(path), types[at]!, { separator, name: path });
    }
  });
}

function withCounting(paths: string[], records: () => AsyncIterable<DataRecord>): RecordSource {
  return {
    paths,
    records,
    async count(limit = Number.POSITIVE_INFINITY) {
      let count = 0;
      if (limit <= 0) return 0;
      for await (const _record of records()) if (++count >= limit) break;
      return count;
    },
  };
}
