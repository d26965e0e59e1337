import type { HubFiles } from '../../packages/engine/src/index.ts';

const commit = '0'.repeat(40);

/** The registration keys a hub asks for and Inspect does not. */
const registration = 'name: recorded\ndescription: recorded\nevaluation_framework: inspect-ai\n';

/** A hub of one dataset, at any revision: its eval.yaml, and the records of each `config/split` as JSONL. */
export function memoryHub(evalYaml: string, records: Record<string, unknown[]>): HubFiles {
  const files = new Map<string, Buffer>();
  files.set('eval.yaml', Buffer.from(registration + evalYaml));
  const splits = Object.keys(records).map((key) => key.split('/') as [config: string, split: string]);
  for (const [config, split] of splits) {
    const lines = records[`${config}/${split}`]!.map((record) => JSON.stringify(record));
    files.set(`${config}/${split}.jsonl`, Buffer.from(`${lines.join('\n')}\n`));
  }
  files.set('README.md', Buffer.from(card(splits)));
  return {
    resolve: async () => commit,
    list: async () => Array.from(files, ([path, bytes]) => ({ path, size: bytes.length })),
    open: async (_dataset, _commit, path, range) => {
      const bytes = files.get(path);
      if (!bytes) throw new Error(`there is no ${path}`);
      return chunk(range ? bytes.subarray(range.start, range.end) : bytes);
    },
  };
}

async function* chunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

function card(splits: [config: string, split: string][]): string {
  const configs = Map.groupBy(splits, ([config]) => config);
  const lines = Array.from(configs, ([config, members]) => {
    const files = members.map(([, split]) => `  - split: ${split}\n    path: ${config}/${split}.jsonl`);
    return `- config_name: ${config}\n  data_files:\n${files.join('\n')}`;
  });
  return `---\nconfigs:\n${lines.join('\n')}\n---\n`;
}
