import { constants } from 'node:buffer';
import type { EvalLogHeader, EvalLogStart, EvalReduction, EvalSample, EvalSampleSummary } from '@assay/spec';
import { EngineError } from '../engine-error.ts';
import type { ByteSource } from './byte-source.ts';
import { type LogLimits, NO_LIMITS } from './entry-codec.ts';
import {
  HEADER_ENTRY,
  isSampleEntry,
  parseJournalSummariesEntry,
  REDUCTIONS_ENTRY,
  START_ENTRY,
  SUMMARIES_ENTRY,
  toSampleEntry,
} from './entry-names.ts';
import { splitJsonArray } from './json-array.ts';
import { parseLogText } from './log-json.ts';
import type { LogReader, StoredLogSample } from './log-reader.ts';
import { toSampleSummary } from './sample-summary.ts';
import { type Directory, readDirectory, readEntry, readStored } from './zip-directory.ts';

/** Reads the zip format. The caller closes `source` when this throws. */
export async function openEvalLog(
  source: ByteSource,
  name: string,
  limits: LogLimits = NO_LIMITS,
): Promise<LogReader> {
  const directory = await readDirectory(source, limits);
  if (!directory.entries.has(HEADER_ENTRY) && !directory.entries.has(START_ENTRY)) {
    throw new EngineError('log-damaged', `${name} holds neither ${HEADER_ENTRY} nor ${START_ENTRY}`);
  }
  return new EvalLogReader(source, directory, name, limits);
}

class EvalLogReader implements LogReader {
  readonly format = 'eval';
  readonly recovered: boolean;
  readonly #source: ByteSource;
  readonly #entries: Directory['entries'];
  readonly #name: string;
  readonly #limits: LogLimits;

  constructor(source: ByteSource, directory: Directory, name: string, limits: LogLimits) {
    this.#limits = limits;
    this.#source = source;
    this.#entries = directory.entries;
    this.#name = name;
    this.recovered = directory.recovered;
  }

  async header(): Promise<EvalLogHeader> {
    if (this.#entries.has(HEADER_ENTRY)) return (await this.#parse(HEADER_ENTRY)) as EvalLogHeader;
    const start = (await this.#parse(START_ENTRY)) as EvalLogStart;
    const stats = { started_at: start.eval.created, completed_at: '', model_usage: {} };
    return { ...start, status: 'started', stats };
  }

  async *summaries(): AsyncIterable<EvalSampleSummary> {
    if (this.#entries.has(SUMMARIES_ENTRY)) {
      yield* this.#list(SUMMARIES_ENTRY);
      return;
    }
    const seen = new Set<string>();
    for (const name of this.#journal()) {
      for await (const summary of this.#list(name)) {
        const entry = toSampleEntry(summary.id, summary.epoch);
        if (seen.has(entry) || !this.#entries.has(entry)) continue;
        seen.add(entry);
        yield summary;
      }
    }
    // Samples that were finished but not yet journalled when the writer died.
    let left = this.#limits.walk;
    for (const name of this.#sampleEntries()) {
      if (seen.has(name)) continue;
      const bytes = await this.#read(name);
      left -= bytes.length;
      if (left < 0)
        throw new EngineError('log-too-large', `${this.#name} expands beyond ${this.#limits.walk} bytes`);
      yield toSampleSummary(this.#parseBytes(bytes, name));
    }
  }

  async *samples(): AsyncIterable<EvalSample> {
    for (const name of this.#sampleEntries()) yield (await this.#parse(name)) as EvalSample;
  }

  async sample(id: number | string, epoch: number): Promise<EvalSample> {
    const name = toSampleEntry(id, epoch);
    if (!this.#entries.has(name)) {
      throw new EngineError('sample-missing', `${this.#name} holds no sample ${id} of epoch ${epoch}`);
    }
    return (await this.#parse(name)) as EvalSample;
  }

  async *storedSamples(wanted: (summary: EvalSampleSummary) => boolean): AsyncIterable<StoredLogSample> {
    for await (const summary of this.summaries()) {
      const place = this.#entries.get(toSampleEntry(summary.id, summary.epoch));
      if (!place || !wanted(summary)) continue;
      const { name, method, crc, size } = place;
      yield { entry: { name, method, crc, size, bytes: await readStored(this.#source, place) }, summary };
    }
  }

  async reductions(): Promise<EvalReduction[]> {
    if (!this.#entries.has(REDUCTIONS_ENTRY)) return [];
    return (await this.#parse(REDUCTIONS_ENTRY)) as EvalReduction[];
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  #sampleEntries(): string[] {
    return [...this.#entries.keys()].filter(isSampleEntry);
  }

  #journal(): string[] {
    return [...this.#entries.keys()]
      .filter((name) => parseJournalSummariesEntry(name) !== null)
      .sort((a, b) => parseJournalSummariesEntry(a)! - parseJournalSummariesEntry(b)!);
  }

  async *#list(name: string): AsyncIterable<EvalSampleSummary> {
    const bytes = await this.#read(name);
    for (const text of splitJsonArray(bytes)) yield this.#parseText(text, name) as EvalSampleSummary;
  }

  async #parse(name: string): Promise<unknown> {
    return this.#parseBytes(await this.#read(name), name);
  }

  #read(name: string): Promise<Buffer> {
    return readEntry(this.#source, this.#entries.get(name)!, this.#limits);
  }

  #parseBytes(bytes: Buffer, name: string): unknown {
    if (bytes.length > constants.MAX_STRING_LENGTH)
      throw new EngineError('log-too-large', `${this.#name}: ${name} is too large to be read whole`);
    return this.#parseText(bytes.toString('utf8'), name);
  }

  #parseText(text: string, name: string): unknown {
    try {
      return parseLogText(text);
    } catch (cause) {
      throw new EngineError('log-damaged', `${this.#name}: ${name} is not JSON, or nested too deeply`, {
        cause,
      });
    }
  }
}
