import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { reindex } from '@assay/hub';
import { newId } from '@assay/spec';
import { type Db, visitHub } from './hub-under-test.ts';

// The library that the rooms themselves use.
const require = createRequire(new URL('../../packages/spec/package.json', import.meta.url));
const ofTheWords = (name: string): Promise<unknown> => import(require.resolve(name));
const { parse } = (await ofTheWords('yaml')) as { parse(text: string): unknown };

/** Many results in each of few repos, or few files in each of many. */
export const shapes = { wide: { files: 20, entries: 10 }, small: { files: 3, entries: 4 } };
export type Shape = keyof typeof shapes;

export interface ReindexRow {
  results: number;
  /** The first time, when the record and the live index know nothing of these repos: acts are written, one repo at a time. */
  firstSeconds: number;
  /** The whole index anew. */
  seconds: number;
  microsPerResult: number;
  /** Processor time of the process that reindexes, without git's and PostgreSQL's. */
  cpuMicrosPerResult: number;
  /** Reading the same files by one `git cat-file --batch` a repo, a result. */
  catFileMicros: number;
  /** Parsing the same text with the YAML library alone, a result. */
  yamlMicros: number;
}

const fileText = (model: number, file: number, entries: number) =>
  Array.from(
    { length: entries },
    (_, at) =>
      `- dataset:\n    id: sums-org/bench-${1 + (at % 20)}\n    task_id: sums\n  value: 0.${model}${file}${at}\n  date: "2026-01-15"\n  notes: ${at}-shot\n  source:\n    url: https://example.org/log\n`,
  ).join('');

/** Makes models with result files by fast-import, and rebuilds the whole index of that hub. */
export function measureReindex(dataDir: string, shape: Shape, models: number): Promise<ReindexRow> {
  const { files, entries } = shapes[shape];
  return visitHub(dataDir, async ({ context }) => {
    const ids: string[] = [];
    for (let model = 0; model < models; model += 1) ids.push(await makeModel(context, shape, model));
    const results = models * files * entries;
    const firstBegin = performance.now();
    await reindex(context, { check: false });
    const firstSeconds = (performance.now() - firstBegin) / 1000;
    const [begin, cpu] = [performance.now(), process.cpuUsage()];
    await reindex(context, { check: false });
    const seconds = (performance.now() - begin) / 1000;
    const spent = process.cpuUsage(cpu);
    const { count } = await context.db.one<{ count: number }>(
      'SELECT count(*)::int AS count FROM derived.results',
    );
    if (count < results) throw new Error(`${count} results are indexed, not ${results}`);
    const readBegin = performance.now();
    for (const id of ids) await readAll(context.git.dir(id), files);
    const read = performance.now() - readBegin;
    const parseBegin = performance.now();
    for (let file = 0; file < files * models; file += 1) parse(fileText(1, file % files, entries));
    const parsed = performance.now() - parseBegin;
    await context.db.query("UPDATE record.repos SET deleted_at = now() WHERE name LIKE 'reindexed-%'");
    // The next shape finds an index without them: what a rebuild redoes for repos that went would be counted as its own.
    await reindex(context, { check: false });
    return {
      results,
      firstSeconds,
      seconds,
      microsPerResult: (seconds * 1e6) / results,
      cpuMicrosPerResult: (spent.user + spent.system) / results,
      catFileMicros: (read * 1000) / results,
      yamlMicros: (parsed * 1000) / results,
    };
  });
}

async function makeModel(
  { db, git }: { db: Db; git: { init(id: string): Promise<void>; dir(id: string): string } },
  shape: Shape,
  model: number,
): Promise<string> {
  const { files, entries } = shapes[shape];
  const id = newId();
  await git.init(id);
  const child = spawn('git', ['fast-import', '--quiet', '--done'], {
    cwd: git.dir(id),
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, HOME: '/nonexistent', GIT_DIR: git.dir(id) },
  });
  child.stdin.write(
    'commit refs/heads/main\ncommitter B <b@example.test> 1767225600 +0000\ndata 7\nImport\n\n',
  );
  for (let file = 0; file < files; file += 1) {
    const text = fileText(model, file, entries);
    child.stdin.write(
      `M 100644 inline .eval_results/run-${file}.yaml\ndata ${Buffer.byteLength(text)}\n${text}\n`,
    );
  }
  child.stdin.end('done\n');
  await once(child, 'close');
  await db.query(
    `INSERT INTO record.repos (id, type, namespace, name, owner_id)
     SELECT $1, 'model', name, $2, id FROM record.accounts WHERE name = 'makers'`,
    [id, `reindexed-${shape}-${model}`],
  );
  return id;
}

/** Every file of main, by git alone. */
async function readAll(dir: string, files: number): Promise<void> {
  const child = spawn('git', ['cat-file', '--batch'], {
    cwd: dir,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', GIT_DIR: dir },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdout.resume();
  for (let file = 0; file < files; file += 1) child.stdin.write(`main:.eval_results/run-${file}.yaml\n`);
  child.stdin.end();
  await once(child, 'close');
}
