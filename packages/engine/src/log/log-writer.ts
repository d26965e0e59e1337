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
import { toLogText } from './log-json.ts';
import type { StoredLogSample } from './log-reader.ts';
import { toSampleSummary } from './sample-summary.ts';
import { createZipAppender, type ZipAppender } from './zip-appender.ts';
import type { ZipEntry } from './zip-layout.ts';

/** Summaries kept back until so many have come: one journal member each. */
const JOURNAL_SIZE = 100;
/** … or so many milliseconds have passed, so that a viewer of a slow run sees its samples. */
const JOURNAL_PAUSE = 2000;
/** Pieces of the closing summaries.json, in characters. */
const PIECE_SIZE = 1 << 20;

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
  finish(header: EvalLogHeader, reductions: EvalReduction[]): Promise<void>;
  /** Stops without closing the log: it stays `started` and can be resumed. */
  abandon(): Promise<void>;
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
    const written = this.#zip.append(toSampleEntry(sample.id, sample.epoch), Buffer.from(toLogText(sample)));
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

  /** The texts of all summaries, as many together as one member holds; read back rather than held in memory. */
  async *#readJournal(): AsyncIterable<string> {
    for (const entry of this.#journal) {
      const list = await this.#zip.readBack(entry);
      yield list.toString('utf8', 1, list.length - 1);
    }
  }

  async publish(): Promise<void> {
    if (this.#published) return;
    this.#published = true;
    await this.#zip.publish(this.path);
  }

  async finish(header: EvalLogHeader, reductions: EvalReduction[]): Promise<void> {
    await this.#writeJournal();
    await this.publish();
    await this.#zip.appendPieces(SUMMARIES_ENTRY, toPieces(this.#readJournal()));
    await this.#zip.append(REDUCTIONS_ENTRY, Buffer.from(toLogText(reductions)));
    await this.#zip.append(HEADER_ENTRY, Buffer.from(toLogText(header)));
    await this.#zip.finish();
  }

  async abandon(): Promise<void> {
    if (this.#published) await this.#writeJournal();
    if (this.#published) await this.#zip.finish();
    else await this.#zip.discard();
  }
}

/** A JSON array of what these texts list, in pieces of about a megabyte. */
async function* toPieces(items: AsyncIterable<string>): AsyncIterable<Buffer> {
  let text = '[';
  let first = true;
  for await (const item of items) {
    text += (first ? '' : ',') + item;
    first = false;
    if (text.length < PIECE_SIZE) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(`${text}]`);
}
