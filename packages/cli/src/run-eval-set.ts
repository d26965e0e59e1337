import type { EvalSetOutcome } from '@assay/engine';
import { CliError } from './cli-error.ts';
import type { EvalFlags } from './eval-options.ts';
import { toRequest } from './eval-request.ts';
import { withServices } from './run-eval.ts';
import type { Surroundings } from './surroundings.ts';
import { toTextTable } from './text-table.ts';

/** Runs every task with every model until all are complete, and says which are. */
export async function runEvalSet(
  tasks: string[],
  flags: EvalFlags,
  surroundings: Surroundings,
): Promise<void> {
  if (!flags.logDirGiven) {
    throw new CliError('usage', 'a set needs a folder of its own for its logs', {
      hint: 'give --log-dir FOLDER',
    });
  }
  if (flags.engine && flags.engine.name !== 'assay') {
    throw new CliError('usage', 'a set is run by the engine of assay alone', {
      hint: `run its tasks one by one: assay eval TASK --engine ${flags.engine.name}`,
    });
  }
  const { evaluateSet } = await import('@assay/engine');
  const { task: _task, model, ...request } = await toRequest(tasks[0]!, flags);
  const models = model.split(',').map((name) => name.trim());
  let outcome: EvalSetOutcome | null = null;
  await withServices(flags, surroundings, async (services) => {
    outcome = await evaluateSet(
      {
        ...request,
        tasks,
        models,
        attempts: flags.retryAttempts,
        waitMs: flags.retryWait === undefined ? undefined : flags.retryWait * 1000,
        connectionsFactor: flags.retryConnections,
        maxTasks: flags.maxTasks,
        keepReplaced: flags.retryCleanup === false,
        allowDirty: flags.logDirAllowDirty,
      },
      services,
    );
    return outcome.runs.flatMap((run) => run.summary ?? []);
  });
  if (outcome) report(outcome, flags, surroundings);
}

function report(outcome: EvalSetOutcome, flags: EvalFlags, surroundings: Surroundings): void {
  if (!outcome.complete && surroundings.exitCode === 0) surroundings.exitCode = 1;
  if (flags.json || flags.display === 'none') return;
  const rows = outcome.runs.map((run) => [
    run.complete ? 'complete' : 'incomplete',
    run.task,
    run.model,
    run.logPath ?? '',
  ]);
  surroundings.write(`\n${toTextTable(rows)}\n`);
  if (!outcome.complete)
    surroundings.write('\nNext: the same command again goes on with what is incomplete.\n');
}
