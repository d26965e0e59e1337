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
/** Pieces of the closing summaries.json and reductions.json, in characters. */
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
    await this.#zip.appendPieces(SUMMARIES_ENTRY, inPieces(arrayTexts(this.#readJournal())));
    await this.#zip.appendPieces(REDUCTIONS_ENTRY, inPieces(reductionTexts(reductions)));
    await this.#zip.append(HEADER_ENTRY, Buffer.from(toLogText(header)));
    await this.#zip.finish();
  }

  async abandon(): Promise<void> {
    if (this.#published) await this.#writeJournal();
    if (this.#published) await this.#zip.finish();
    else await this.#zip.discard();
  }
}

/** A JSON array of what these texts list. */
async function* arrayTexts(items: AsyncIterable<string>): AsyncIterable<string> {
  let before = '[';
  for await (const item of items) {
    yield before;
    yield item;
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

/** Samples of a reduction that become text together. */
const REDUCED_AT_ONCE = 1000;

/** The reductions as a JSON array. A hundred thousand samples are never one text. */
function* reductionTexts(reductions: EvalReduction[]): Iterable<string> {
  yield '[';
  for (const [at, { samples, ...rest }] of reductions.entries()) {
    yield `${at > 0 ? ',' : ''}${toLogText(rest).slice(0, -1)},"samples":[`;
    for (let from = 0; from < samples.length; from += REDUCED_AT_ONCE) {
      const text = toLogText(samples.slice(from, from + REDUCED_AT_ONCE));
      yield `${from > 0 ? ',' : ''}${text.slice(1, -1)}`;
    }
    yield ']}';
  }
  yield ']';
}

/** Texts one after the other, in pieces of about a megabyte. */
async function* inPieces(texts: AsyncIterable<string> | Iterable<string>): AsyncIterable<Buffer> {
  let piece = '';
  for await (const text of texts) {
    piece += text;
    if (piece.length < PIECE_SIZE) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece);
}
