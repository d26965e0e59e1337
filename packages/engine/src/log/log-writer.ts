import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EvalLogHeader, EvalLogStart, EvalReduction, EvalSample, EvalSampleSummary } from '@assay/spec';
import {
  HEADER_ENTRY,
  REDUCTIONS_ENTRY,
  START_ENTRY,
  SUMMARIES_ENTRY,
  toJournalSummariesEntry,
  toSampleEntry,
} from './entry-names.ts';
import { createKeptEncoder } from './kept-encoder.ts';
import { toLogText } from './log-json.ts';
import type { StoredLogSample } from './log-reader.ts';
import { toSampleSummary } from './sample-summary.ts';
import { createZipAppender, type ZipAppender } from './zip-appender.ts';
import type { ZipEntry } from './zip-layout.ts';

/** Summaries kept back until so many have come: one journal member each. */
const JOURNAL_SIZE = 100;
/** … or so many milliseconds have passed, so that a viewer of a slow run sees its samples. */
const JOURNAL_PAUSE = 2000;
const [OPENING, COMMA] = [...Buffer.from('[,')] as [number, number];

/**
 * Writes one `.eval` log. Each sample is in the file when `writeSample` resolves and survives the death of the
 * process from then on. Memory stays flat: nothing but the directory and the newest summaries is held.
 */
export interface LogWriter {
  /** Where the log is, or will be once published. */
  readonly path: string;
  writeSample(sample: EvalSample): Promise<void>;
  /** Takes over a finished sample from another log, byte for byte. */
  copySample(stored: StoredLogSample): Promise<void>;
  /** Gives the log its final name, as a log with status `started`. Done at once unless created hidden. */
  publish(): Promise<void>;
  /** Writes what closes a log. Afterwards it opens in every reader of the format. */
  finish(header: EvalLogHeader, reductions: WrittenReduction[]): Promise<void>;
  /** Stops without closing the log: it stays `started` and can be resumed. */
  abandon(): Promise<void>;
}

/** A reduction on its way into a log: its samples need not be in memory. */
export interface WrittenReduction {
  scorer: string;
  reducer?: string | null;
  samples: Iterable<EvalReduction['samples'][number]>;
  [extra: string]: unknown;
}

/**
 * A log appears under its final name only as a readable log: it is begun under a hidden name and renamed once its
 * start is written. With `hidden`, that waits for `publish()`.
 */
export async function createLogWriter(
  path: string,
  start: EvalLogStart,
  options: { hidden?: boolean } = {},
): Promise<LogWriter> {
  await mkdir(dirname(path), { recursive: true });
  const hiddenPath = join(dirname(path), `.${start.eval.eval_id}.unfinished`);
  const zip = await createZipAppender(hiddenPath);
  const writer = new EvalLogWriter(zip, path);
  try {
    await zip.append(START_ENTRY, Buffer.from(toLogText(start)));
    if (!options.hidden) await writer.publish();
  } catch (error) {
    await zip.discard();
    throw error;
  }
  return writer;
}

class EvalLogWriter implements LogWriter {
  readonly path: string;
  readonly #zip: ZipAppender;
  readonly #encode = createKeptEncoder();
  #published = false;
  #summaries: EvalSampleSummary[] = [];
  readonly #journal: ZipEntry[] = [];
  #journalCount = 0;
  #journalled = performance.now();

  constructor(zip: ZipAppender, path: string) {
    this.#zip = zip;
    this.path = path;
  }

  writeSample(sample: EvalSample): Promise<void> {
    const name = toSampleEntry(sample.id, sample.epoch);
    const written = this.#zip.append(name, this.#encode(toLogText(sample)));
    return this.#noteSummary(written, toSampleSummary(sample));
  }

  copySample(stored: StoredLogSample): Promise<void> {
    return this.#noteSummary(this.#zip.appendStored(stored.entry), stored.summary);
  }

  /** Resolves once the sample is written, and the journal with it when its time has come. */
  async #noteSummary(written: Promise<ZipEntry>, summary: EvalSampleSummary): Promise<void> {
    this.#summaries.push(summary);
    const due =
      this.#summaries.length >= JOURNAL_SIZE || performance.now() - this.#journalled > JOURNAL_PAUSE;
    if (due) await Promise.all([written, this.#writeJournal()]);
    else await written;
  }

  async #writeJournal(): Promise<void> {
    if (this.#summaries.length === 0) return;
    const text = toLogText(this.#summaries);
    this.#summaries = [];
    this.#journalled = performance.now();
    this.#journalCount++;
    this.#journal.push(
      await this.#zip.append(toJournalSummariesEntry(this.#journalCount), Buffer.from(text)),
    );
  }

  /** All summaries as a JSON array, in pieces; read back rather than held in memory. */
  async *#readJournal(): AsyncIterable<Buffer> {
    for (const [at, entry] of this.#journal.entries()) {
      const list = await this.#zip.readBack(entry);
      // Its own bracket makes place for the comma between two lists.
      list[0] = at === 0 ? OPENING : COMMA;
      yield list.subarray(0, -1);
      freeNow(list);
    }
    yield Buffer.from(this.#journal.length > 0 ? ']' : '[]');
  }

  async publish(): Promise<void> {
    if (this.#published) return;
    this.#published = true;
    await this.#zip.publish(this.path);
  }

  async finish(header: EvalLogHeader, reductions: WrittenReduction[]): Promise<void> {
    await this.#writeJournal();
    await this.publish();
    await this.#zip.appendPieces(SUMMARIES_ENTRY, this.#readJournal());
    await this.#zip.appendPieces(REDUCTIONS_ENTRY, reductionPieces(reductions));
    await this.#zip.append(HEADER_ENTRY, Buffer.from(toLogText(header)));
    await this.#zip.finish();
  }

  async abandon(): Promise<void> {
    if (this.#published) await this.#writeJournal();
    if (this.#published) await this.#zip.finish();
    else await this.#zip.discard();
  }
}

/** Frees the memory of large bytes nobody needs any more. The collector would let some fifty megabytes pile up. */
function freeNow({ buffer, length }: Buffer): void {
  const isShared = buffer.byteLength > length + 1;
  if (!isShared) (buffer as ArrayBuffer).transfer(0);
}

/** Samples of a reduction that become text together. */
const REDUCED_AT_ONCE = 1000;

/** The reductions as a JSON array, in pieces. A hundred thousand samples are never one text. */
async function* reductionPieces(reductions: WrittenReduction[]): AsyncIterable<Buffer> {
  yield Buffer.from('[');
  for (const [at, { samples, ...rest }] of reductions.entries()) {
    yield Buffer.from(`${at > 0 ? ',' : ''}${toLogText(rest).slice(0, -1)},"samples":[`);
    let before = '';
    for (const some of chunksOf(samples, REDUCED_AT_ONCE)) {
      yield Buffer.from(before + toLogText(some).slice(1, -1));
      before = ',';
    }
    yield Buffer.from(']}');
  }
  yield Buffer.from(']');
}

function* chunksOf<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    if (chunk.push(item) < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
