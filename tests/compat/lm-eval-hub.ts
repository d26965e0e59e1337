import { createCommit, createOrg, createRepo, type HubConnection } from '@assay/client';
import type { LmEvalTask } from '../../packages/engine/src/lm-eval/task-config.ts';
import { addColumns, type Columns } from './lm-eval-columns.ts';
import { createRandom, makeRows } from './lm-eval-rows.ts';

const ROWS = 12;

/** Publishes, for each dataset that the tasks name, a repo of the same id with generated rows in all splits they name. */
export async function publishDatasets(hub: HubConnection, tasks: LmEvalTask[], seed: number): Promise<void> {
  const random = createRandom(seed);
  for (const org of new Set(tasks.map((task) => task.datasetPath.split('/')[0]!))) {
    await createOrg(hub, { name: org });
  }
  for (const [name, users] of Map.groupBy(tasks, (task) => task.datasetPath)) {
    const repo = { type: 'dataset', name } as const;
    const files = toFiles(users, random);
    await createRepo(hub, repo);
    const changes = Array.from(files, ([path, content]) => ({ kind: 'put', path, content }) as const);
    await createCommit(hub, repo, { summary: 'Generated rows', changes });
  }
}

/** The card that names configs and splits, and a file for each split. */
function toFiles(tasks: LmEvalTask[], random: () => number): Map<string, string> {
  const files = new Map<string, string>();
  const card = ['---', 'configs:'];
  const configs = Map.groupBy(tasks, (task) => task.datasetName ?? 'default');
  for (const [config, users] of configs) {
    const columns: Columns = new Map();
    for (const task of users) addColumns(columns, task);
    card.push(`- config_name: ${JSON.stringify(config)}`, '  data_files:');
    for (const split of new Set(users.flatMap(splitsOf))) {
      const path = `${config.replace(/[^\w.-]/g, '_')}/${split}.jsonl`;
      const lines = makeRows(columns, ROWS, random).map((row) => `${JSON.stringify(row)}\n`);
      files.set(path, lines.join(''));
      card.push(`  - split: ${split}`, `    path: ${path}`);
    }
  }
  files.set('README.md', `${[...card, '---'].join('\n')}\n`);
  return files;
}

function splitsOf(task: LmEvalTask): string[] {
  const named = [task.trainingSplit, task.validationSplit, task.testSplit, task.fewshot.split];
  return named.filter((split) => split !== null);
}
