// The evaluation of one job, in a process of its own: a crash, a cancellation or a kill of it never takes the worker.
// It dies with its worker, so that two workers never run one job: the pipe between them closes.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluate, openLog, type RunSummary, readInspectTemplates, resumeRun } from '@assay/engine';
import { CodedError } from '@assay/spec';
import type { EvalNews, EvalOrder } from './eval-messages.ts';
import { createHttpHubFiles } from './http-hub-files.ts';

const stop = new AbortController();

function tell(news: EvalNews): void {
  process.send?.(news);
}

async function run(order: EvalOrder): Promise<RunSummary> {
  const services = {
    hub: createHttpHubFiles(order.hub),
    lookup: (name: string) => (name.endsWith('_BASE_URL') ? order.places[name] : order.keys[name]),
    logDir: order.logDir,
    cacheDir: order.cacheDir,
    signal: stop.signal,
    onProgress: (progress: Extract<EvalNews, { kind: 'progress' }>['progress']) =>
      tell({ kind: 'progress', progress }),
    ...(order.inspectPackage ? { templates: await readInspectTemplates(order.inspectPackage) } : {}),
  };
  const { task, model, modelBaseUrl, limit, connections } = order;
  const earlier = await findEarlier(order.logDir);
  if (earlier) {
    tell({
      kind: 'note',
      text: `going on from the log of the attempt before: ${earlier.finished} samples are in it`,
    });
    return resumeRun(earlier.path, { modelBaseUrl, ...(connections ? { connections } : {}) }, services);
  }
  const [summary] = await evaluate({ task, model, modelBaseUrl, limit, connections }, services);
  if (!summary) throw new CodedError('plan-invalid', `${task} names no task`);
  return summary;
}

/** The log of an earlier attempt that holds most; logs that cannot be read any more are no help. */
async function findEarlier(folder: string): Promise<{ path: string; finished: number } | null> {
  let best: { path: string; finished: number } | null = null;
  for (const name of (await readdir(folder)).sort()) {
    if (!name.endsWith('.eval') || name.startsWith('.')) continue;
    const path = join(folder, name);
    const finished = await countFinished(path).catch(() => null);
    if (finished !== null && (!best || finished >= best.finished)) best = { path, finished };
  }
  return best;
}

async function countFinished(path: string): Promise<number> {
  const log = await openLog(path);
  try {
    await log.header();
    let finished = 0;
    for await (const summary of log.summaries()) if (!summary.error) finished += 1;
    return finished;
  } finally {
    await log.close();
  }
}

process.once('disconnect', () => process.exit(1));
process.once('SIGTERM', () => stop.abort(new Error('stopped')));
process.once('message', (order: EvalOrder) => {
  void run(order)
    .then(({ logPath, status, error }) => tell({ kind: 'end', logPath, status, ...(error ? { error } : {}) }))
    .catch((error: unknown) => {
      const coded = error instanceof CodedError;
      const message = error instanceof Error ? error.message : String(error);
      tell({ kind: 'refused', code: coded ? String(error.code) : 'failed', message });
    })
    .finally(() => process.disconnect());
});
