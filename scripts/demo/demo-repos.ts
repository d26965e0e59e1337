import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import {
  ClientError,
  createCommit,
  createOrg,
  createRepo,
  createUser,
  decideStanding,
  type FileChange,
  type HubConnection,
  putMember,
  type RepoRef,
  readBenchmark,
  repoInfo,
} from '@assay/client';
import {
  BENCHMARKS,
  type BenchmarkName,
  writeBenchmark,
} from '../../examples/benchmarks/write-benchmarks.ts';
import { EXAMPLE_MODELS } from '../../examples/models/example-models.ts';

/** The organisation that publishes the example benchmarks. */
export const PUBLISHER = 'almanac';
/** The account that a visitor signs in with; it writes for every organisation of the demo. */
export const VISITOR = 'mara';
/** Somebody who belongs to none of them: anyone may propose a result. */
export const OUTSIDER = 'otto';
/** Stays a candidate, so that the demo shows what a benchmark looks like before approval. */
const CANDIDATE: BenchmarkName = 'who-is-tallest';

/** Accounts. Every step here and below does nothing where its outcome is there already, so it may be repeated. */
export async function ensurePeople(hub: HubConnection, password: string): Promise<void> {
  await unlessThere(createUser(hub, { name: VISITOR, fullname: 'Mara', password }));
  await unlessThere(createUser(hub, { name: OUTSIDER, fullname: 'Otto' }));
  const owners = new Set([PUBLISHER, ...EXAMPLE_MODELS.map((model) => model.name.split('/')[0]!)]);
  for (const name of owners) {
    await unlessThere(createOrg(hub, { name }));
    await putMember(hub, name, VISITOR, 'admin');
  }
}

/** The benchmarks, pushed whole in one commit each; all but one approved as official. */
export async function ensureBenchmarks(hub: HubConnection): Promise<void> {
  for (const name of BENCHMARKS) {
    const id = `${PUBLISHER}/${name}`;
    await ensureFiles(
      hub,
      { type: 'dataset', name: id },
      'eval.yaml',
      () => benchmarkFiles(name),
      'Publish the benchmark',
    );
    if (name === CANDIDATE) continue;
    const { standing } = await readBenchmark(hub, id);
    if (standing === 'candidate')
      await decideStanding(hub, id, 'official', 'An example that ships with Assay.');
  }
}

export async function ensureModels(hub: HubConnection): Promise<void> {
  for (const model of EXAMPLE_MODELS) {
    const card = `---\nlicense: apache-2.0\npipeline_tag: text-generation\ntags: [example]\n---\n\n# ${model.name.split('/')[1]}\n\n${model.description}\n`;
    const files = () => Promise.resolve([{ kind: 'put', path: 'README.md', content: card } as const]);
    await ensureFiles(hub, { type: 'model', name: model.name }, 'README.md', files, 'Describe the model');
  }
}

async function ensureFiles(
  hub: HubConnection,
  repo: RepoRef,
  witness: string,
  files: () => Promise<FileChange[]>,
  summary: string,
): Promise<void> {
  await createRepo(hub, repo, { existOk: true });
  const info = await repoInfo(hub, repo);
  if (info.siblings?.some((file) => file.rfilename === witness)) return;
  await createCommit(hub, repo, { summary, changes: await files() });
}

async function benchmarkFiles(name: BenchmarkName): Promise<FileChange[]> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-demo-'));
  try {
    await writeBenchmark(name, folder);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return await Promise.all(
      paths.map(async (path) => ({
        kind: 'put' as const,
        path: relative(folder, path).split(sep).join('/'),
        content: new Blob([await readFile(path)]),
      })),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unlessThere(act: Promise<unknown>): Promise<void> {
  try {
    await act;
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== 'conflict') throw error;
  }
}
