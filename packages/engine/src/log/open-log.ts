import type { EvalLog, EvalSample } from '@assay/spec';
import { EngineError } from '../engine-error.ts';
import { type ByteSource, openFileSource } from './byte-source.ts';
import type { LogLimits } from './entry-codec.ts';
import { openEvalLog } from './eval-log-reader.ts';
import { openJsonLog } from './json-log-reader.ts';
import type { LogReader } from './log-reader.ts';

/**
 * Opens a log, `.eval` or `.json` by its first bytes.
 * @param source a path, or bytes at any place; they are closed with the reader
 * @param limits how far a stranger's log may expand; left out: as far as memory allows
 * @throws EngineError `log-missing`, `log-damaged`, `log-too-large`
 */
export async function openLog(source: string | ByteSource, limits?: LogLimits): Promise<LogReader> {
  const name = typeof source === 'string' ? source : 'the log';
  const bytes = typeof source === 'string' ? await openFileSource(source) : source;
  try {
    const first = await bytes.read(0, 2);
    if (first.toString('latin1') === 'PK') return await openEvalLog(bytes, name, limits);
    if (/^\s*\{|^\s/.test(first.toString('latin1'))) return await openJsonLog(bytes, name, limits);
    throw new EngineError('log-damaged', `${name} is neither an .eval nor a .json log`);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

/** A whole log in memory. For small logs and tests; use {@link openLog} for large ones. */
export async function readLog(path: string): Promise<EvalLog> {
  const log = await openLog(path);
  try {
    const header = await log.header();
    const samples: EvalSample[] = [];
    for await (const sample of log.samples()) samples.push(sample);
    return { ...header, samples, reductions: await log.reductions() };
  } finally {
    await log.close();
  }
}
