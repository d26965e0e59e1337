import { resolve } from 'node:path';
import type { EvalRequest, EvalServices, OtherEngine, RunSummary } from '@assay/engine';
import { CliError } from './cli-error.ts';
import { readConnection, toCacheFolder } from './environment.ts';
import type { EvalFlags } from './eval-options.ts';
import { toConnections, toErrorPolicy, toRequest } from './eval-request.ts';
import { keepHeapSmall } from './heap-settings.ts';
import { toHubFiles } from './hub-files.ts';
import { createProgressDisplay } from './progress-line.ts';
import { findTemplates } from './prompt-templates.ts';
import { describeLmEval, describeSummary, toNextStep } from './run-report.ts';
import type { Surroundings } from './surroundings.ts';

const INTERRUPTED = 130;
const LM_EVAL = 'lm-eval/';

/** Runs the tasks of a benchmark one after the other and reports each. */
export async function runEval(task: string, flags: EvalFlags, surroundings: Surroundings): Promise<void> {
  const { evaluate } = await import('@assay/engine');
  const request = await toRequest(task, flags);
  if (flags.engine && flags.engine.name !== 'assay') {
    return runElsewhere(request, { ...flags.engine, name: flags.engine.name }, flags, surroundings);
  }
  if (task.startsWith(LM_EVAL)) return runLmEval(request, flags, surroundings);
  await withServices(flags, surroundings, (services) => evaluate(request, services));
}

/** Lets the real Inspect, or Lighteval, run a benchmark; its log comes back as one of ours. */
async function runElsewhere(
  request: EvalRequest,
  engine: OtherEngine,
  flags: EvalFlags,
  surroundings: Surroundings,
): Promise<void> {
  const { evaluateElsewhere } = await import('@assay/engine');
  const python = flags.enginePython === undefined ? {} : { python: resolve(flags.enginePython) };
  const say = (text: string) => surroundings.writeError(text);
  const enginesDir = toCacheFolder(surroundings.env, 'engines');
  await withServices(flags, surroundings, (services) =>
    evaluateElsewhere({ ...engine, ...python }, request, {
      ...services,
      env: surroundings.env,
      enginesDir,
      say,
    }),
  );
}

/** Runs a task, group or tag of lm-evaluation-harness; says which of its tasks cannot run, and why. */
async function runLmEval(request: EvalRequest, flags: EvalFlags, surroundings: Surroundings): Promise<void> {
  const { tasksPath, numFewshot, promptForm: form } = flags;
  if (!tasksPath) {
    throw new CliError('usage', `it is not known where the task files of ${request.task} are`, {
      hint: 'give --tasks-path FOLDER: lm_eval/tasks of a checkout or of the installed package',
    });
  }
  const { evaluateLmEval } = await import('@assay/engine');
  const task = request.task.slice(LM_EVAL.length);
  await withServices(flags, surroundings, async (services) => {
    const outcome = await evaluateLmEval({ ...request, task, tasksPath, numFewshot, form }, services);
    if (flags.display !== 'none') surroundings.writeError(describeLmEval(outcome));
    return outcome.summaries;
  });
}

/** Finishes earlier runs, each into a new log beside the old one (or in `--log-dir` when that is given). */
export async function retryEval(logs: string[], flags: EvalFlags, surroundings: Surroundings): Promise<void> {
  const { resumeRun } = await import('@assay/engine');
  const options = {
    ...toConnections(flags),
    ...(flags.maxCost === undefined ? {} : { maxCost: flags.maxCost }),
    ...(flags.extraHeaders === undefined ? {} : { extraHeaders: flags.extraHeaders }),
    ...(flags.maxSamples === undefined ? {} : { maxSamples: flags.maxSamples }),
    ...(flags.taskFile === undefined ? {} : { taskFile: flags.taskFile }),
    errors: toErrorPolicy(flags),
  };
  await withServices(flags, surroundings, async ({ logDir, ...services }) => {
    const summaries: RunSummary[] = [];
    for (const log of logs) {
      if (services.signal?.aborted) break;
      const place = flags.logDirGiven ? { logDir } : {};
      summaries.push(await resumeRun(log, options, { ...services, ...place }));
    }
    return summaries;
  });
}

/** Runs with the services of this process, shows how it goes, and reports what came of it. */
export async function withServices(
  flags: EvalFlags,
  surroundings: Surroundings,
  run: (services: EvalServices) => Promise<RunSummary[]>,
): Promise<void> {
  keepHeapSmall();
  const stop = new AbortController();
  void surroundings.interrupted().then((signal) => stop.abort(new Error(`stopped by ${signal}`)));
  const out = {
    write: (text: string) => surroundings.writeError(text),
    columns: surroundings.columns ?? undefined,
  };
  const display = createProgressDisplay(flags.display, out);
  const sayJson = (line: object) => flags.json && surroundings.write(`${JSON.stringify(line)}\n`);
  sayJson({ event: 'launch', pid: process.pid, log_dir: flags.logDir });
  const summaries = await run({
    hub: toHubFiles(readConnection(surroundings.env)),
    templates: await findTemplates(flags.templates, surroundings.env),
    lookup: (name) => surroundings.env[name],
    logDir: flags.logDir,
    answersDir: flags.cacheDir ?? toCacheFolder(surroundings.env, 'answers'),
    signal: stop.signal,
    retry: toRetryPolicy(flags),
    onProgress: (progress) => display.show(progress),
  }).finally(() => display.close());
  const reports = [];
  for (const summary of summaries) reports.push(await inFormat(summary, flags));
  surroundings.exitCode = stop.signal.aborted
    ? INTERRUPTED
    : reports.every((one) => one.status === 'success')
      ? 0
      : 1;
  if (flags.json) return void sayJson({ event: 'done', tasks: reports.map(toJsonLine) });
  if (flags.display === 'none' && surroundings.exitCode === 0) return;
  surroundings.write(`${reports.map(describeSummary).join('\n\n')}\n`);
  surroundings.write(toNextStep(reports));
}

function toRetryPolicy(flags: EvalFlags): NonNullable<EvalServices['retry']> {
  return {
    ...(flags.maxRetries === undefined ? {} : { maxRetries: flags.maxRetries }),
    ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout * 1000 }),
  };
}

/** With `--log-format json` the finished log is written again as one document, and the zip taken away. */
async function inFormat(summary: RunSummary, flags: EvalFlags): Promise<RunSummary> {
  // An unfinished run stays as it is: only the zip can be resumed after a kill.
  if (flags.logFormat !== 'json' || summary.status !== 'success') return summary;
  const { openLog, writeJsonLog } = await import('@assay/engine');
  const { rm } = await import('node:fs/promises');
  const logPath = summary.logPath.replace(/\.eval$/, '.json');
  const reader = await openLog(summary.logPath);
  try {
    await writeJsonLog(reader, logPath);
  } finally {
    await reader.close();
  }
  await rm(summary.logPath);
  return { ...summary, logPath };
}

function toJsonLine(summary: RunSummary): object {
  return { task: summary.task, model: summary.model, status: summary.status, log_location: summary.logPath };
}
