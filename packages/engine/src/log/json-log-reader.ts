import { crc32 } from 'node:zlib';
import type { EvalLog, EvalLogHeader, EvalReduction, EvalSample, EvalSampleSummary } from '@assay/spec';
import { EngineError } from '../engine-error.ts';
import type { ByteSource } from './byte-source.ts';
import { type LogLimits, MAX_ENTRY_SIZE, NO_LIMITS } from './entry-codec.ts';
import { toSampleEntry } from './entry-names.ts';
import { parseLogText, toLogText } from './log-json.ts';
import type { LogReader, StoredLogSample } from './log-reader.ts';
import { toSampleSummary } from './sample-summary.ts';
import { METHOD_STORED } from './zip-layout.ts';

/** Reads the JSON format, which has no parts: the whole log is held in memory. */
export async function openJsonLog(
  source: ByteSource,
  name: string,
  limits: LogLimits = NO_LIMITS,
): Promise<LogReader> {
  if (source.size > Math.min(MAX_ENTRY_SIZE / 2, limits.entry)) {
    throw new EngineError('log-too-large', `${name} is too large for a JSON log; convert it to .eval first`);
  }
  const bytes = await source.read(0, source.size);
  let log: EvalLog;
  try {
    log = parseLogText(bytes.toString('utf8')) as EvalLog;
  } catch (cause) {
    throw new EngineError('log-damaged', `${name} is not JSON, or nested too deeply`, { cause });
  }
  if (typeof log?.eval !== 'object')
    throw new EngineError('log-damaged', `${name} is no log: it has no "eval"`);
  if (!Array.isArray(log.samples ?? []))
    throw new EngineError('log-damaged', `${name} is no log: its "samples" are no list`);
  return new JsonLogReader(source, log, name);
}

class JsonLogReader implements LogReader {
  readonly format = 'json';
  readonly recovered = false;
  readonly #source: ByteSource;
  readonly #log: EvalLog;
  readonly #name: string;

  constructor(source: ByteSource, log: EvalLog, name: string) {
    this.#source = source;
    this.#log = log;
    this.#name = name;
  }

  async header(): Promise<EvalLogHeader> {
    const { samples: _samples, reductions: _reductions, ...header } = this.#log;
    return header as EvalLogHeader;
  }

  async *summaries(): AsyncIterable<EvalSampleSummary> {
    for (const sample of this.#log.samples ?? []) yield toSampleSummary(sample);
  }

  async *samples(): AsyncIterable<EvalSample> {
    yield* this.#log.samples ?? [];
  }

  async sample(id: number | string, epoch: number): Promise<EvalSample> {
    const found = this.#log.samples?.find((one) => String(one.id) === String(id) && one.epoch === epoch);
    if (!found)
      throw new EngineError('sample-missing', `${this.#name} holds no sample ${id} of epoch ${epoch}`);
    return found;
  }

  async *storedSamples(wanted: (summary: EvalSampleSummary) => boolean): AsyncIterable<StoredLogSample> {
    for (const sample of this.#log.samples ?? []) {
      const summary = toSampleSummary(sample);
      if (!wanted(summary)) continue;
      const bytes = Buffer.from(toLogText(sample));
      const name = toSampleEntry(sample.id, sample.epoch);
      yield { entry: { name, method: METHOD_STORED, crc: crc32(bytes), size: bytes.length, bytes }, summary };
    }
  }

  async reductions(): Promise<EvalReduction[]> {
    return this.#log.reductions ?? [];
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}
