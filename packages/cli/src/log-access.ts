import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogAccess, ResultStatement } from '@assay/proof';
import type { EvalLogHeader } from '@assay/spec';

/**
 * A log on this disk, as the checker reads it; counting anew is the engine's part. The file is opened as a log only when
 * its samples are wanted: whoever finds another digest than the one that was signed reads nothing of it.
 */
export async function openLogAccess(path: string): Promise<LogAccess & { close(): Promise<void> }> {
  const { openLog } = await import('@assay/engine');
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  let opened: Promise<Log> | undefined;
  const open = () => {
    opened ??= openLog(path);
    return opened;
  };
  return {
    sha256: hash.digest('hex'),
    async *samples() {
      yield* (await open()).samples();
    },
    async rescore({ predicate }: ResultStatement) {
      const { scorer, name } = predicate.metric;
      const log = await open();
      const judge = judgeOf(await log.header());
      if (judge) return `${judge} asked a model, whose verdict cannot be repeated`;
      const value = (await countAnew(log))[`${scorer}/${name}`];
      return value ?? `the log's scorers count no ${scorer}/${name}`;
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

type Log = Awaited<ReturnType<typeof import('@assay/engine').openLog>>;

/** Scores into a log that nobody keeps; no model is asked. */
async function countAnew(log: Log): Promise<Record<string, number>> {
  const { assayTemplates, rescoreLog } = await import('@assay/engine');
  const folder = await mkdtemp(join(tmpdir(), 'assay-rescore-'));
  try {
    const request = {
      path: join(folder, `${randomUUID()}.eval`),
      scorers: null,
      action: 'overwrite',
    } as const;
    const openModel = () => {
      throw new Error('counting anew asks no model');
    };
    return (await rescoreLog(log, request, { templates: assayTemplates, openModel })).metrics;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function judgeOf({ eval: spec }: EvalLogHeader): string | null {
  const plan = (spec.metadata?.assay as { plan?: { task?: { scorers?: { name: string }[] } } } | undefined)
    ?.plan;
  const scorers = plan?.task?.scorers ?? spec.scorers ?? [];
  return scorers.find(({ name }) => name.startsWith('model_graded_'))?.name ?? null;
}
