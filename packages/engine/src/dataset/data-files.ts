import { EngineError } from '../engine-error.ts';
import { type DatasetFiles, type FileEntry, readText } from './dataset-files.ts';
import { type CardConfig, parseCardConfigs } from './front-matter.ts';
import { matchGlob } from './glob.ts';

type DataFormat = 'jsonl' | 'json' | 'csv' | 'tsv' | 'parquet';

/** Which files hold a split, in the order in which their rows count. */
export interface SplitFiles {
  format: DataFormat;
  files: FileEntry[];
}

const formats: Record<string, DataFormat> = {
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  csv: 'csv',
  tsv: 'tsv',
  parquet: 'parquet',
};

/** Names under which the `datasets` library (4.x) recognises a split; the first pattern that finds files decides. */
const splitWords: [split: string, words: string[]][] = [
  ['train', ['train', 'training']],
  ['validation', ['validation', 'valid', 'dev', 'val']],
  ['test', ['test', 'testing', 'eval', 'evaluation']],
];
const separators = '[-._ 0-9]';
const inFolderName = ['**/WORD/**', `**/WORD${separators}*/**`, `**/*${separators}WORD/**`].concat([
  `**/*${separators}WORD${separators}*/**`,
]);
const inFileName = [`**/WORD${separators}*`, `**/*${separators}WORD${separators}*`];
const shard = /^data\/([^/]*?)-\d{5}-of-\d{5}[^/]*\.[^/]*$/;
/** Never data, though their endings say so. */
const ignored = new Set(['config.json', 'dataset_info.json', 'dataset_infos.json', 'dataset_dict.json']);

/**
 * The files of a split of a config, as the `datasets` library finds them: by the dataset card's `configs`, else by
 * the files' names (`test.jsonl`, `data/test-*.parquet`, `test/…`), else everything is the split `train`.
 * @throws EngineError `config-missing`, `split-missing` (both say what there is), `dataset-missing`
 */
export async function findSplitFiles(
  files: DatasetFiles,
  config: string,
  split: string,
): Promise<SplitFiles> {
  const all = (await files.list()).filter((file) => !ignored.has(file.path.split('/').at(-1)!));
  const splits = await findConfigSplits(files, all, config);
  const found = splits.get(split);
  if (!found) {
    throw new EngineError('split-missing', `${files.id} has no split "${split}" in its config "${config}"`, {
      hint:
        splits.size > 0
          ? `it has: ${[...splits.keys()].join(', ')}`
          : 'no JSONL, JSON, CSV or Parquet file was found',
    });
  }
  return withFormat(found, `${files.id} (split "${split}")`);
}

async function findConfigSplits(
  files: DatasetFiles,
  all: FileEntry[],
  config: string,
): Promise<Map<string, FileEntry[]>> {
  const readme = all.find((file) => file.path === 'README.md');
  const configs = readme ? parseCardConfigs(await readText(files, readme.path)) : [];
  const known: CardConfig[] = configs.length > 0 ? configs : [{ name: 'default', isDefault: true }];
  const chosen = known.find((one) => one.name === config);
  if (!chosen) {
    throw new EngineError('config-missing', `${files.id} has no config "${config}"`, {
      hint: `it has: ${known.map((one) => one.name).join(', ')}`,
    });
  }
  const base = chosen.dataDir ? `${chosen.dataDir}/` : '';
  const inside = all.filter((file) => file.path.startsWith(base));
  if (!chosen.dataFiles) return inferSplits(inside, base);
  const splits = new Map<string, FileEntry[]>();
  for (const [name, patterns] of chosen.dataFiles) splits.set(name, matchAll(inside, base, patterns));
  return splits;
}

/** In the order of the patterns; within one, by name. */
function matchAll(files: FileEntry[], base: string, patterns: string[]): FileEntry[] {
  const found = new Set<FileEntry>();
  for (const pattern of patterns) {
    for (const file of files) if (matchGlob(pattern, file.path.slice(base.length))) found.add(file);
  }
  return [...found].filter((file) => formatOf(file.path) !== null);
}

function inferSplits(files: FileEntry[], base: string): Map<string, FileEntry[]> {
  const data = files.filter(
    (file) => formatOf(file.path) !== null && matchGlob('**', file.path.slice(base.length)),
  );
  const sharded = Map.groupBy(data, (file) => shard.exec(file.path.slice(base.length))?.[1] ?? '');
  sharded.delete('');
  if (sharded.size > 0) return sharded;
  for (const templates of [inFolderName, inFileName]) {
    const splits = new Map<string, FileEntry[]>();
    for (const [split, words] of splitWords) {
      const patterns = words.flatMap((word) =>
        templates.map((template) => template.replaceAll('WORD', word)),
      );
      const found = matchAll(data, base, patterns);
      if (found.length > 0) splits.set(split, found);
    }
    if (splits.size > 0) return splits;
  }
  return data.length > 0 ? new Map([['train', data]]) : new Map();
}

/** The format most files have; files of another are left out, as the library does. */
function withFormat(files: FileEntry[], name: string): SplitFiles {
  const groups = Map.groupBy(files, (file) => formatOf(file.path)!);
  const [most] = [...groups].sort((a, b) => b[1].length - a[1].length || rank(a[0]) - rank(b[0]));
  if (!most) throw new EngineError('dataset-missing', `${name} has no files that can be read`);
  return { format: most[0], files: most[1] };
}

function rank(format: DataFormat): number {
  return ['parquet', 'jsonl', 'json', 'csv', 'tsv'].indexOf(format);
}

/** By the name's last ending before `.gz` or `.zst`; Parquet files are never compressed as a whole. */
function formatOf(path: string): DataFormat | null {
  const plain = path.replace(/\.(gz|zst)$/, '');
  const format = formats[plain.split('.').at(-1)!.toLowerCase()] ?? null;
  return format === 'parquet' && plain !== path ? null : format;
}
