import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listBenchmarks } from '@assay/client';
import { parseEvalYaml } from '@assay/spec';
import { Command } from 'commander';
import { readConnection } from '../environment.ts';
import type { Surroundings } from '../surroundings.ts';
import { toTextTable } from '../text-table.ts';

interface TasksFlags {
  folder: string;
  tasksPath?: string;
  hub?: boolean;
  runnable?: boolean;
  json?: boolean;
}

/** What `assay eval` takes, and where it comes from. */
interface ListedTask {
  spec: string;
  from: string;
  /** Why it cannot run; null when it can, as far as can be told without its data. */
  because: string | null;
}

const EXAMPLES = `
Examples:
  $ assay tasks list                                         # benchmarks in folders here
  $ assay tasks list --hub                                   # those of the hub named by HF_ENDPOINT
  $ assay tasks search arc --tasks-path lm-evaluation-harness/lm_eval/tasks
  $ assay tasks search gsm8k --tasks-path DIR --runnable --json
`;

/** `assay tasks list|search`: what there is to run in folders, on the hub and in a checkout of lm-eval. */
export function createTasksCommand(surroundings: Surroundings): Command {
  const tasks = new Command('tasks')
    .description('List and search the tasks at hand.')
    .addHelpText('after', EXAMPLES);
  const list = addFlags(new Command('list').description('List all tasks of the catalogues named.'));
  list.action((flags: TasksFlags) => show('', flags, surroundings));
  const search = addFlags(new Command('search').description('List tasks whose name holds a text.'));
  search.argument('<text>').action((text: string, flags: TasksFlags) => show(text, flags, surroundings));
  return tasks.addCommand(list).addCommand(search);
}

function addFlags(command: Command): Command {
  return command
    .option('--folder <folder>', 'folder that holds benchmarks and task files', '.')
    .option('--tasks-path <folder>', 'task files of lm-evaluation-harness')
    .option('--hub', 'the benchmarks of the hub (HF_ENDPOINT)')
    .option('--runnable', 'only what can run')
    .option('--json', 'one JSON line for each task')
    .addHelpText('after', EXAMPLES);
}

async function show(text: string, flags: TasksFlags, surroundings: Surroundings): Promise<void> {
  const wanted = text.toLowerCase();
  const rows: string[][] = [];
  for await (const task of findTasks(flags, surroundings)) {
    if (!task.spec.toLowerCase().includes(wanted) || (flags.runnable && task.because !== null)) continue;
    if (flags.json) surroundings.write(`${JSON.stringify(task)}\n`);
    else rows.push([task.spec, task.from, task.because === null ? '' : `cannot run: ${task.because}`]);
  }
  if (flags.json) return;
  surroundings.write(
    rows.length > 0 ? `${toTextTable(rows)}\n` : 'No such task. Name more catalogues: --help\n',
  );
}

async function* findTasks(flags: TasksFlags, { env }: Surroundings): AsyncIterable<ListedTask> {
  yield* tasksInFolders(flags.folder);
  if (flags.tasksPath) {
    const { listLmEvalTasks } = await import('@assay/engine');
    for (const { name, kind, because } of listLmEvalTasks(flags.tasksPath)) {
      yield { spec: `lm-eval/${name}`, from: `lm-eval ${kind}`, because: because?.join('; ') ?? null };
    }
  }
  if (!flags.hub) return;
  const connection = readConnection(env);
  let cursor: string | undefined;
  do {
    const page = await listBenchmarks(connection, { limit: 100, ...(cursor ? { cursor } : {}) });
    for (const { id, tasks, standing } of page.benchmarks) {
      for (const task of tasks) yield { spec: `hf/${id}/${task}`, from: `hub, ${standing}`, because: null };
    }
    cursor = page.next;
  } while (cursor);
}

/** Folders with an eval.yaml, the folder itself among them, two levels deep; and files named `*.task.ts`. */
async function* tasksInFolders(root: string): AsyncIterable<ListedTask> {
  const here = (path: string): string => (/^(\.{0,2}\/|[A-Za-z]:)/.test(path) ? path : `./${path}`);
  for (const place of ['', ...globSync(['*/', '*/*/'], { cwd: root })].sort()) {
    const folder = join(root, place);
    if (place.includes('node_modules') || !existsSync(join(folder, 'eval.yaml'))) continue;
    const parsed = parseEvalYaml(await readFile(join(folder, 'eval.yaml'), 'utf8'), { purpose: 'run' });
    if (!parsed.ok) {
      const [first] = parsed.issues;
      yield { spec: here(folder), from: 'folder', because: `eval.yaml:${first!.line}: ${first!.message}` };
      continue;
    }
    for (const { id } of parsed.value.tasks) {
      yield { spec: here(folder) + (id ? `#${id}` : ''), from: 'folder', because: null };
    }
  }
  // Listing runs no code: what a file defines shows when it is run.
  for (const file of globSync(['*.task.ts', '*/*.task.ts'], { cwd: root }).sort()) {
    yield { spec: here(join(root, file)), from: 'code', because: null };
  }
}
