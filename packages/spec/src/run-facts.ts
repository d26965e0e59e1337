import type { EvalLogHeader } from './eval-log.ts';
import type { EvalTask } from './eval-task.ts';
import type { Setup } from './setup.ts';
import { SubmissionError } from './submission-error.ts';

/** What a submission says about a run; all of it stands in the log. */
export interface RunFacts {
  dataset: string;
  taskId: string;
  /** The dataset's commit, 40 hexadecimal digits. */
  commit: string;
  /** The model as it was called. */
  model: string;
  planned: number;
  completed: number;
  /** When the run ended: ISO 8601, UTC, to the second. Absent when the log is made of files that do not say. */
  date?: string;
  setup: Setup;
}

/** The parts of the engine's plan (in the log's metadata) that a submission needs. */
export interface LoggedPlan {
  dataset: { id: string; commit: string | null; rows: number | null };
  task: EvalTask;
  generate: Record<string, unknown>;
  epochs: number;
  range?: { start: number; end: number };
  modelRoles?: Record<string, string[]>;
  templates: { name: string; version: string };
}

/**
 * @param benchmark `ORG/NAME/TASK@COMMIT`, said by whoever submits a log that does not say it
 * @throws SubmissionError `log-unfit` when the log does not say which task of which commit it is about, or says another
 */
export function readRunFacts(header: EvalLogHeader, benchmark?: string): RunFacts {
  const plan = readPlan(header);
  const said = benchmark === undefined ? null : parseBenchmark(benchmark);
  const imported = readImported(header);
  const place = plan ? fromPlan(plan) : (said ?? fromTaskName(header.eval.task));
  const named = /^hf\/([^/@]+\/[^/@]+)/.exec(header.eval.task)?.[1];
  if (said && !plan && named !== undefined && said.dataset !== named)
    throw new SubmissionError('log-unfit', `the log is about ${named}, not ${said.dataset}`);
  if (
    said &&
    (said.dataset !== place.dataset || said.taskId !== place.taskId || said.commit !== place.commit)
  ) {
    throw new SubmissionError(
      'log-unfit',
      `the log is about ${place.dataset}/${place.taskId}@${place.commit}`,
    );
  }
  const { stats, results } = header;
  const ended = stats.completed_at || stats.started_at || (imported ? '' : header.eval.created);
  const planned = results?.total_samples ?? 0;
  const completed = results?.completed_samples ?? 0;
  const setup = plan ? toSetup(plan, header) : toStatedSetup(header, imported);
  return {
    ...place,
    model: header.eval.model,
    planned,
    completed,
    ...(ended === '' ? {} : { date: `${new Date(ended).toISOString().slice(0, 19)}Z` }),
    setup:
      completed < planned
        ? { ...setup, other: joined(setup.other, `${completed} of ${planned} samples`) }
        : setup,
  };
}

function joined(...parts: (string | undefined)[]): string {
  return parts.filter(Boolean).join(', ');
}

/** The engine's plan in a log; null in logs of other makers. */
export function readPlan(header: EvalLogHeader): LoggedPlan | null {
  const assay = header.eval.metadata?.assay as { plan?: LoggedPlan } | undefined;
  return assay?.plan ?? null;
}

function fromPlan(plan: LoggedPlan): Pick<RunFacts, 'dataset' | 'taskId' | 'commit'> {
  const { id, commit } = plan.dataset;
  if (commit === null) {
    throw new SubmissionError(
      'log-unfit',
      `the run read its benchmark from the folder ${id}, which is no revision of a repo`,
      {
        hint: 'publish the benchmark and run it as hf/ORG/NAME',
      },
    );
  }
  if (!plan.task.id) {
    throw new SubmissionError('log-unfit', `the task of ${id} has no id, so no result can name it`, {
      hint: 'give the task an `id` in its eval.yaml',
    });
  }
  return { dataset: id, taskId: plan.task.id, commit };
}

/** What an import noted of where a log comes from; null in logs that a run has left. */
function readImported(
  header: EvalLogHeader,
): { format: string; engine?: { name: string; version: string } | null } | null {
  const assay = header.eval.metadata?.assay as { imported?: { format: string } } | undefined;
  return assay?.imported && assay.imported.format !== 'inspect' ? assay.imported : null;
}

function parseBenchmark(text: string): Pick<RunFacts, 'dataset' | 'taskId' | 'commit'> {
  const found = /^(?:hf\/)?([^/@]+\/[^/@]+)\/([^/@]+)@([0-9a-f]{40})$/.exec(text);
  if (found) return { dataset: found[1]!, taskId: found[2]!, commit: found[3]! };
  throw new SubmissionError('log-unfit', `"${text}" names no task of a commit`, {
    hint: 'write it as ORG/NAME/TASK@FULL_COMMIT',
  });
}

/** Logs of Inspect name no resolved commit; they will do when the revision was typed as one. */
function fromTaskName(task: string): Pick<RunFacts, 'dataset' | 'taskId' | 'commit'> {
  const found = /^hf\/([^/@]+\/[^/@]+)\/([^@]+?)(?:@([0-9a-f]{40}))?(?:\/[^/]+)?$/.exec(task);
  if (!found?.[3]) {
    throw new SubmissionError(
      'log-unfit',
      `the log's task "${task}" does not say which commit of which benchmark was run`,
      {
        hint: 'run it with assay eval, or in Inspect as hf/ORG/NAME/TASK@FULL_COMMIT; or say it: --benchmark ORG/NAME/TASK@FULL_COMMIT',
      },
    );
  }
  return { dataset: found[1]!, taskId: found[2]!, commit: found[3] };
}

/**
 * What differs from the benchmark's own definition, and nothing else: a run that changes nothing has the empty setup,
 * which is what a board shows by default.
 */
function toSetup(plan: LoggedPlan, header: EvalLogHeader): Setup {
  const { generate, task, range, templates, modelRoles } = plan;
  const setup: Setup = {};
  const { engine } = (header.eval.metadata?.assay ?? {}) as { engine?: LoggedEngine };
  // The same rules by another program are the same rules; another version's are others.
  if (engine && !engine.sameRules) setup.engine = `${engine.name}-${engine.version}`;
  if (plan.epochs !== task.epochs) setup.epochs = plan.epochs;
  if (typeof generate.temperature === 'number') setup.temperature = generate.temperature;
  if (typeof generate.top_p === 'number') setup.topP = generate.top_p;
  if (typeof generate.max_tokens === 'number') setup.maxTokens = generate.max_tokens;
  if (typeof generate.reasoning_effort === 'string') setup.reasoningEffort = generate.reasoning_effort;
  const judges = modelRoles?.grader ?? [];
  if (judges.length > 0) setup.judge = judges.join(', ');
  // Inspect's own texts are what a benchmark means when it names none; another set is another setup.
  if (usesDefaultTexts(task) && templates.name !== 'inspect')
    setup.templates = `${templates.name}-${templates.version}`;
  const others = OTHER_SETTINGS.filter((name) => generate[name] !== undefined && generate[name] !== null);
  const stated = others.map((name) => `${name}=${JSON.stringify(generate[name])}`);
  if (range && !coversAll(range, plan.dataset.rows)) {
    if (range.start === 0) setup.limit = range.end;
    else stated.push(`samples ${range.start + 1}-${range.end}`);
  }
  if (stated.length > 0) setup.other = joined(...stated);
  return setup;
}

interface LoggedEngine {
  name: string;
  version: string;
  sameRules: boolean;
}

/** Of a log without a plan of ours: what it states, as the benchmark's own settings are not known from it. */
function toStatedSetup(header: EvalLogHeader, imported: ReturnType<typeof readImported>): Setup {
  const { model_generate_config: generate = {}, config = {} } = header.eval;
  const setup: Setup = {};
  if (imported)
    setup.engine = imported.engine ? `${imported.engine.name}-${imported.engine.version}` : imported.format;
  if (typeof generate.temperature === 'number') setup.temperature = generate.temperature;
  if (typeof generate.top_p === 'number') setup.topP = generate.top_p;
  if (typeof generate.max_tokens === 'number') setup.maxTokens = generate.max_tokens;
  if (typeof generate.reasoning_effort === 'string') setup.reasoningEffort = generate.reasoning_effort;
  if (typeof generate.num_fewshot === 'number') setup.shots = generate.num_fewshot;
  const others = OTHER_SETTINGS.filter((name) => generate[name] !== undefined && generate[name] !== null);
  const stated = others.map((name) => `${name}=${JSON.stringify(generate[name])}`);
  if (typeof config.limit === 'number') setup.limit = config.limit;
  else if (Array.isArray(config.limit))
    stated.push(`samples ${Number(config.limit[0]) + 1}-${config.limit[1]}`);
  if (Array.isArray(config.sample_id)) stated.push(`samples ${config.sample_id.join(' ')}`);
  if (stated.length > 0) setup.other = joined(...stated);
  return setup;
}

/** Settings that can move a score and have no field of their own in a setup. */
const OTHER_SETTINGS = [
  'system_message',
  'top_k',
  'frequency_penalty',
  'presence_penalty',
  'stop_seqs',
  'reasoning_tokens',
];

/** Steps that bring a prompt of their own when the task gives none. */
const STEPS_WITH_TEXTS: Record<string, string> = {
  chain_of_thought: 'template',
  multiple_choice: 'template',
  self_critique: 'critique_template',
  model_graded_qa: 'template',
  model_graded_fact: 'template',
};

function usesDefaultTexts(task: EvalTask): boolean {
  return [...task.solvers, ...task.scorers].some((step) => {
    const argument = STEPS_WITH_TEXTS[step.name];
    return argument !== undefined && typeof step.args[argument] !== 'string';
  });
}

function coversAll(range: { start: number; end: number }, rows: number | null): boolean {
  return rows !== null && range.start === 0 && range.end >= rows;
}
