import type { EvalLogHeader } from '@assay/spec';
import { CliError } from './cli-error.ts';

/** The parts of an engine's plan that a command line says. */
interface LoggedRun {
  dataset: { id: string; commit: string | null };
  task: { id?: string; epochs: number };
  model: string;
  modelBaseUrl?: string;
  modelRoles?: Record<string, string[]>;
  generate: Record<string, unknown>;
  epochs: number;
  epochsReducer: string[] | null;
  range?: { start: number; end: number };
  sampleIds?: number[];
  seed: number;
  templates: { name: string };
}

/** Settings of a request and the flags that give them, where a flag takes the value as text. */
const PLAIN: Record<string, string> = {
  temperature: '--temperature',
  max_tokens: '--max-tokens',
  top_p: '--top-p',
  top_k: '--top-k',
  frequency_penalty: '--frequency-penalty',
  presence_penalty: '--presence-penalty',
  seed: '--seed',
  system_message: '--system-message',
  reasoning_effort: '--reasoning-effort',
  num_choices: '--num-choices',
};

/**
 * The command that runs a log's plan again: the same commit, samples, settings, order of choices and texts. Pure.
 * @param here how the model is called and where it is served now, when not as then
 * @throws CliError `log-unfit` when the log does not say what was run, or says what no flag can
 */
export function toCommandLine(
  header: EvalLogHeader,
  here: { model?: string; modelBaseUrl?: string } = {},
): { args: string[]; text: string } {
  const plan = (header.eval.metadata?.assay as { plan?: LoggedRun } | undefined)?.plan;
  if (!plan?.dataset?.commit || !plan.task?.id)
    throw new CliError('log-unfit', 'the log does not say which task of which commit was run');
  const baseUrl = here.modelBaseUrl ?? plan.modelBaseUrl;
  const args = [
    'eval',
    `hf/${plan.dataset.id}/${plan.task.id}@${plan.dataset.commit}`,
    ...['--model', here.model ?? plan.model],
    ...(baseUrl === undefined ? [] : ['--model-base-url', baseUrl]),
    ...samplesOf(plan),
    ...(plan.epochs === plan.task.epochs ? [] : ['--epochs', String(plan.epochs)]),
    ...(plan.epochsReducer?.length ? ['--epochs-reducer', plan.epochsReducer.join(',')] : []),
    ...settingsOf(plan.generate),
    ...Object.entries(plan.modelRoles ?? {}).flatMap(([role, names]) => [
      '--model-role',
      `${role}=${names.join(',')}`,
    ]),
    ...['--shuffle-seed', String(plan.seed)],
    ...['--templates', plan.templates.name],
  ];
  return { args, text: `assay ${args.map(quoted).join(' ')}` };
}

function samplesOf({ range, sampleIds }: LoggedRun): string[] {
  const ids = sampleIds?.length ? ['--sample-id', sampleIds.join(',')] : [];
  if (!range) return ids;
  const limit = range.start === 0 ? String(range.end) : `${range.start + 1}-${range.end}`;
  return [...ids, '--limit', limit];
}

function settingsOf(generate: Record<string, unknown>): string[] {
  return Object.entries(generate).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    if (name === 'stop_seqs' && Array.isArray(value)) return ['--stop-seqs', value.join(',')];
    const flag = PLAIN[name];
    if (flag !== undefined) return [flag, String(value)];
    throw new CliError('log-unfit', `the run had the setting ${name}, which no flag of assay eval gives`);
  });
}

/** For a shell: plain words as they are, everything else in single quotes. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
