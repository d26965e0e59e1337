import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createToken,
  deleteToken,
  type HubConnection,
  mergePullRequest,
  type ResultRow,
  readModelResults,
  setStatus,
} from '@assay/client';
import { EXAMPLE_MODELS } from '../../examples/models/example-models.ts';
import { ASSAY_MAIN } from './demo-hub.ts';
import { OUTSIDER, PUBLISHER, VISITOR } from './demo-repos.ts';

interface PlannedResult {
  model: string;
  dataset: string;
  taskId: string;
  /** What becomes of its pull request. */
  outcome: 'merged' | 'open' | 'closed';
}

const TASKS: [benchmark: string, taskId: string][] = [
  ['market-sums', 'market_sums'],
  ['clock-and-calendar', 'clock'],
  ['clock-and-calendar', 'calendar'],
  ['who-is-tallest', 'tallest'],
];

/** One pull request waits for its reader and one was turned down; all others are merged. */
const OUTCOMES: Record<string, PlannedResult['outcome']> = {
  'fjord/fjord-base market_sums': 'open',
  'opal/opal-mini clock': 'closed',
};

const PLAN: PlannedResult[] = TASKS.flatMap(([benchmark, taskId]) =>
  EXAMPLE_MODELS.map(({ name }) => ({
    model: name,
    dataset: `${PUBLISHER}/${benchmark}`,
    taskId,
    outcome: OUTCOMES[`${name} ${taskId}`] ?? 'merged',
  })),
);

/** Runs under way at a time; plans side by side are of different models, so they touch different files. */
const WORKERS = 2;

/** Runs, submits and settles whatever the hub does not show yet. Gives how many runs were made. */
export async function ensureResults(
  hub: HubConnection,
  modelUrl: string,
  say: (text: string) => void,
): Promise<number> {
  const known = await readKnown(hub);
  const missing = PLAN.filter((plan) => !known.has(keyOf(plan)));
  for (const plan of PLAN) await settle(hub, plan, known.get(keyOf(plan)));
  if (missing.length === 0) return 0;
  const folder = await mkdtemp(join(tmpdir(), 'assay-demo-'));
  const owner = await actAs(hub, VISITOR);
  const outsider = await actAs(hub, OUTSIDER);
  const queue = [...missing.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [at, plan] = next;
      say(`run ${at + 1} of ${missing.length}: ${plan.model} on ${plan.dataset} ${plan.taskId}`);
      await runAndSubmit(
        plan.outcome === 'open' ? outsider : owner,
        modelUrl,
        plan,
        join(folder, String(at)),
      );
      // At once, because the next result of the same model may belong into the same file.
      await settle(owner, plan, (await readKnown(hub, [plan.model])).get(keyOf(plan)));
    }
  };
  try {
    await Promise.all(Array.from({ length: WORKERS }, work));
    return missing.length;
  } finally {
    for (const person of [owner, outsider]) await deleteToken(person, person.tokenId);
    await rm(folder, { recursive: true, force: true });
  }
}

const keyOf = (of: Pick<PlannedResult, 'model' | 'dataset' | 'taskId'>): string =>
  `${of.model} ${of.dataset} ${of.taskId}`;

async function readKnown(
  hub: HubConnection,
  models = EXAMPLE_MODELS.map((model) => model.name),
): Promise<Map<string, ResultRow>> {
  const lists = await Promise.all(models.map((model) => readModelResults(hub, model)));
  return new Map(lists.flatMap((list) => list.results.map((row) => [keyOf(row), row] as const)));
}

/** A connection as somebody else, by a token that is taken back at the end. */
async function actAs(hub: HubConnection, user: string): Promise<HubConnection & { tokenId: string }> {
  const { token, id } = await createToken(hub, { displayName: 'demo runs', role: 'write' }, user);
  return { endpoint: hub.endpoint, token, tokenId: id };
}

async function runAndSubmit(
  submitter: HubConnection,
  modelUrl: string,
  plan: PlannedResult,
  logs: string,
): Promise<void> {
  const env = { HF_ENDPOINT: submitter.endpoint, HF_TOKEN: submitter.token!, EXAMPLE_API_KEY: 'none-needed' };
  const spec = `hf/${plan.dataset}/${plan.taskId}`;
  const model = ['--model', `openai-api/example/${plan.model}`, '--model-base-url', modelUrl];
  await assay(
    ['eval', spec, ...model, '--max-connections', '40', '--display', 'none', '--log-dir', logs],
    env,
  );
  const [log] = (await readdir(logs)).filter((name) => name.endsWith('.eval'));
  await assay(['submit', join(logs, log!), '--repo', plan.model], env);
}

async function settle(hub: HubConnection, plan: PlannedResult, row: ResultRow | undefined): Promise<void> {
  if (row?.pullRequest === undefined || row.standing !== 'community' || plan.outcome === 'open') return;
  const repo = { type: 'model', name: plan.model } as const;
  if (plan.outcome === 'merged') return mergePullRequest(hub, repo, row.pullRequest);
  const why = 'This was run before we fixed how the model reads a clock. Please run it again.';
  await setStatus(hub, repo, row.pullRequest, 'closed', { reason: 'wrong-configuration', comment: why });
}

function assay(args: string[], env: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [ASSAY_MAIN, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`assay ${args[0]} ended with ${code}\n${said}`));
    });
  });
}
