import { parse } from 'yaml';
import { EngineError } from '../engine-error.ts';

/** What a dataset card says about one config. */
export interface CardConfig {
  name: string;
  isDefault: boolean;
  dataDir?: string;
  /** Patterns by split; absent when the card leaves them to be inferred. */
  dataFiles?: Map<string, string[]>;
}

/** The `configs` of a dataset card (README.md); empty when it names none. */
export function parseCardConfigs(readme: string): CardConfig[] {
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(readme);
  if (!front) return [];
  let card: unknown;
  try {
    card = parse(front[1]!, { logLevel: 'silent' });
  } catch (cause) {
    throw new EngineError('dataset-unreadable', 'the front matter of README.md is not YAML', { cause });
  }
  const configs = (card as { configs?: unknown } | null)?.configs;
  if (configs === undefined || configs === null) return [];
  if (!Array.isArray(configs)) throw invalid('configs must be a list');
  return configs.map(toConfig);
}

function toConfig(given: unknown): CardConfig {
  const config = given as {
    config_name?: unknown;
    default?: unknown;
    data_dir?: unknown;
    data_files?: unknown;
  } | null;
  if (typeof config?.config_name !== 'string') throw invalid('each config needs a config_name');
  const { config_name: name } = config;
  const read: CardConfig = { name, isDefault: config.default === true || name === 'default' };
  if (typeof config.data_dir === 'string') read.dataDir = config.data_dir.replace(/\/+$/, '');
  if (config.data_files !== undefined && config.data_files !== null) {
    read.dataFiles = toDataFiles(config.data_files, name);
  }
  return read;
}

function toDataFiles(given: unknown, name: string): Map<string, string[]> {
  if (typeof given === 'string') return new Map([['train', [given]]]);
  if (!Array.isArray(given)) throw invalid(`data_files of config ${name} must be a path or a list`);
  if (given.every((item) => typeof item === 'string')) return new Map([['train', given as string[]]]);
  const files = new Map<string, string[]>();
  for (const item of given as { split?: unknown; path?: unknown }[]) {
    const paths = Array.isArray(item?.path) ? item.path : [item?.path];
    if (typeof item?.split !== 'string' || !paths.every((path) => typeof path === 'string')) {
      throw invalid(`each entry of data_files of config ${name} needs a split and a path`);
    }
    files.set(item.split, paths as string[]);
  }
  return files;
}

function invalid(message: string): EngineError {
  return new EngineError('dataset-unreadable', `README.md: ${message}`);
}
