import {
  createCommit,
  createOrg,
  createRepo,
  type HubConnection,
  setStatus,
  uploadEvidence,
} from '@assay/client';
import { publishSmallBenchmark, SMALL_BENCHMARK } from '../support/small-benchmark.ts';

/** What the tests find on the hub: a benchmark, a model with results of every standing, and one log. */
export interface Seed {
  benchmark: string;
  model: string;
  /** Numbers of pull requests of the model. */
  open: number;
  closed: number;
  digest: string;
}

const MODEL = 'makers/tiny';
const REPO = { type: 'model', name: MODEL } as const;

export async function seed(hub: HubConnection): Promise<Seed> {
  await publishSmallBenchmark(hub);
  await createOrg(hub, { name: 'makers' });
  await createRepo(hub, REPO);
  await commit(hub, 'README.md', CARD);
  const about = { model: MODEL, dataset: SMALL_BENCHMARK };
  const { digest } = await uploadEvidence(hub, new Blob([JSON.stringify(toLog())]), about);
  const source = `${hub.endpoint}/evidence/${digest}`;
  await commit(hub, '.eval_results/sums.yaml', entry('0.750', source));
  const open = await propose(hub, '.eval_results/with-shots.yaml', entry('0.80', source, '5-shot'));
  const closed = await propose(hub, '.eval_results/wrong.yaml', entry('0.99', source, 'temperature 1.0'));
  await setStatus(hub, REPO, closed, 'closed', { reason: 'wrong-configuration' });
  return { benchmark: SMALL_BENCHMARK, model: MODEL, open, closed, digest };
}

/** Opens one more pull request with a result of its own file and setup: a board shows one row a model and setup. */
export function proposeResult(hub: HubConnection, name: string, value: string): Promise<number> {
  return propose(
    hub,
    `.eval_results/${name}.yaml`,
    entry(value, 'https://example.org/run', `temperature ${value}`),
  );
}

async function commit(hub: HubConnection, path: string, content: string): Promise<void> {
  await createCommit(hub, REPO, { summary: `Write ${path}`, changes: [{ kind: 'put', path, content }] });
}

async function propose(hub: HubConnection, path: string, content: string): Promise<number> {
  const changes = [{ kind: 'put', path, content } as const];
  const made = await createCommit(hub, REPO, { summary: `Add ${path}`, changes, createPullRequest: true });
  return made.pullRequest!.num;
}

function entry(value: string, source: string, notes?: string): string {
  return [
    '- dataset:',
    `    id: ${SMALL_BENCHMARK}`,
    '    task_id: sums',
    `  value: ${value}`,
    '  date: "2026-01-15"',
    '  source:',
    `    url: ${source}`,
    '    name: Log of the run',
    ...(notes ? [`  notes: ${notes}`] : []),
    '',
  ].join('\n');
}

const CARD = `---
license: mit
language: [en, de]
---
# Tiny

A model for tests. <b>HTML stays text.</b> See its [results](.eval_results/sums.yaml) and
![a picture elsewhere](https://example.org/picture.png).
`;

/** A log of 20 samples, 15 of them correct. */
function toLog() {
  const created = '2026-01-15T10:00:00+00:00';
  const samples = Array.from({ length: 20 }, (_, at) => toSample(at + 1));
  return {
    version: 2,
    status: 'success',
    eval: {
      eval_id: 'browser-eval',
      run_id: 'browser-run',
      created,
      task: 'sums',
      task_id: 'browser-task',
      task_version: 0,
      dataset: { name: SMALL_BENCHMARK, location: SMALL_BENCHMARK, samples: 20 },
      model: 'openai-api/mock/tiny',
      model_generate_config: { temperature: 0 },
      model_args: {},
      config: {},
      packages: { assay: '0.1.0' },
      scorers: [{ name: 'match', options: { numeric: true } }],
    },
    plan: { name: 'plan', steps: [{ solver: 'generate', params: {} }], config: {} },
    results: {
      total_samples: 20,
      completed_samples: 20,
      scores: [
        {
          name: 'match',
          scorer: 'match',
          params: {},
          scored_samples: 20,
          unscored_samples: 0,
          metrics: { accuracy: { name: 'accuracy', value: 0.75, params: {} } },
        },
      ],
    },
    stats: { started_at: created, completed_at: created, model_usage: {} },
    samples,
  };
}

function toSample(id: number) {
  const correct = id > 5;
  const target = String(id * 2);
  const answer = correct ? target : '0';
  const question = `What is ${id} plus ${id}?`;
  const said = { role: 'assistant', content: `ANSWER: ${answer}`, source: 'generate' };
  return {
    id,
    epoch: 1,
    input: question,
    target,
    messages: [{ role: 'user', content: question, source: 'input' }, said],
    output: { model: 'tiny', choices: [{ message: said, stop_reason: 'stop' }], completion: said.content },
    scores: { match: { value: correct ? 'C' : 'I', answer, explanation: said.content } },
    metadata: { difficulty: 'easy' },
    store: {},
    events: [],
    model_usage: {},
    attachments: {},
  };
}
