import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addComment,
  type HubConnection,
  mergePullRequest,
  type ResultRow,
  readModelResults,
  setStatus,
} from '@assay/client';
import { EXAMPLE_MODELS } from '../../examples/models/example-models.ts';
import { ASSAY_MAIN } from './demo-hub.ts';
import { PUBLISHER } from './demo-repos.ts';

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

/** Runs, submits and settles whatever the hub does not show yet. Gives how many runs were made. */
export async function ensureResults(
  hub: HubConnection,
  modelUrl: string,
  say: (text: string) => void,
): Promise<number> {
  const known = new Map<string, ResultRow[]>();
  for (const { name } of EXAMPLE_MODELS) known.set(name, (await readModelResults(hub, name)).results);
  const isOf = (plan: PlannedResult) => (row: ResultRow) =>
    row.dataset === plan.dataset && row.taskId === plan.taskId;
  const missing = PLAN.filter((plan) => !known.get(plan.model)!.some(isOf(plan))).length;
  const folder = await mkdtemp(join(tmpdir(), 'assay-demo-'));
  let runs = 0;
  try {
    for (const plan of PLAN) {
      let row = known.get(plan.model)!.find(isOf(plan));
      if (!row) {
        runs += 1;
        say(`run ${runs} of ${missing}: ${plan.model} on ${plan.dataset} ${plan.taskId}`);
        await runAndSubmit(hub, modelUrl, plan, join(folder, String(runs)));
        row = (await readModelResults(hub, plan.model)).results.find(isOf(plan));
      }
      // At once, because the next result of the same model may belong into the same file.
      await settle(hub, plan, row);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return runs;
}

async function runAndSubmit(
  hub: HubConnection,
  modelUrl: string,
  plan: PlannedResult,
  logs: string,
): Promise<void> {
  const env = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: hub.token!, EXAMPLE_API_KEY: 'none-needed' };
  const spec = `hf/${plan.dataset}/${plan.taskId}`;
  const model = ['--model', `openai-api/example/${plan.model}`, '--model-base-url', modelUrl];
  const run = ['--max-connections', '40', '--display', 'none', '--log-dir', logs];
  await assay(['eval', spec, ...model, ...run], env);
  const [log] = (await readdir(logs)).filter((name) => name.endsWith('.eval'));
  await assay(['submit', join(logs, log!), '--repo', plan.model], env);
}

async function settle(hub: HubConnection, plan: PlannedResult, row: ResultRow | undefined): Promise<void> {
  if (row?.pullRequest === undefined || row.standing !== 'community' || plan.outcome === 'open') return;
  const repo = { type: 'model', name: plan.model } as const;
  if (plan.outcome === 'merged') return mergePullRequest(hub, repo, row.pullRequest);
  await addComment(
    hub,
    repo,
    row.pullRequest,
    'This was run before we fixed how the model reads a clock. Please run it again.',
  );
  await setStatus(hub, repo, row.pullRequest, 'closed');
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
