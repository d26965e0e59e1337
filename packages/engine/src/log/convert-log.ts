import type { EvalLogHeader } from '@assay/spec';
import type { LogReader } from './log-reader.ts';
import { createLogWriter } from './log-writer.ts';
import { writeJsonLog } from './write-json-log.ts';

/**
 * Writes a log anew, in the format of the path's ending; samples pass through one by one. The file appears when it is
 * whole.
 * @throws EngineError `log-exists` when the path is taken
 */
export async function convertLog(log: LogReader, path: string): Promise<void> {
  if (path.endsWith('.json')) return writeJsonLog(log, path);
  await copyLog(log, await log.header(), path);
}

/** The same into an `.eval` log, under the header that is handed in instead of the log's own. */
export async function copyLog(log: LogReader, header: EvalLogHeader, path: string): Promise<void> {
  const { version, plan } = header;
  const writer = await createLogWriter(path, { version, eval: header.eval, plan }, { hidden: true });
  try {
    for await (const sample of log.samples()) await writer.writeSample(sample);
    await writer.finish(header, await log.reductions());
  } catch (error) {
    await writer.abandon().catch(() => undefined);
    throw error;
  }
}
