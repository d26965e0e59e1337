import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { EvidenceHeader, FolderLog, RunState } from '@assay/client';
import type { LogReader, SampleFilter } from '@assay/engine';
import type { EvalLogHeader } from '@assay/spec';
import { findLogPaths } from '../find-logs.ts';

/** A file that has not grown for so long belongs to a run that has ended, one way or the other. */
const SILENCE_MS = 60_000;
const ROUTE = /^\/api\/assay\/evidence(?:\/([0-9a-f]{64})(?:\/(file|samples)(?:\/([^/]+)\/(\d+))?)?)?$/;

/** What is kept of a file until it changes. */
interface Known {
  size: number;
  modified: number;
  header: EvalLogHeader | null;
  state: Omit<RunState, 'live'> | null;
  count: number;
}

/**
 * Answers the evidence routes of a hub from the logs of a folder, so that a hub's pages can show them. Files are read
 * when asked for; one that has not changed is not read twice.
 */
export class LogFolder {
  readonly folder: string;
  readonly #known = new Map<string, Known>();
  /** Places by what stands for a digest in addresses. */
  readonly #places = new Map<string, string>();

  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  /** Only reading; all else is 404. */
  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const [found, digest, part, id, epoch] = ROUTE.exec(url.pathname) ?? [];
    if (found === undefined || request.method !== 'GET') return fault(404, 'not found');
    if (digest === undefined) return Response.json({ folder: this.folder, logs: await this.#list() });
    if (!this.#places.has(digest)) await this.#list();
    const place = this.#places.get(digest);
    if (place === undefined) return fault(404, 'there is no such log in this folder');
    try {
      if (part === 'file') return await this.#file(place);
      if (part === undefined) return Response.json(await this.#header(digest, place));
      const answer = await this.#read(place, (log, known) =>
        id === undefined
          ? readPage(log, known, url.searchParams)
          : log.sample(decodeURIComponent(id), Number(epoch)),
      );
      return Response.json(answer);
    } catch (error) {
      const { EngineError } = await import('@assay/engine');
      if (error instanceof EngineError) return fault(404, error.message);
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return fault(404, 'the log is gone');
      throw error;
    }
  }

  async #list(): Promise<FolderLog[]> {
    const logs: FolderLog[] = [];
    for (const place of await findLogPaths(this.folder)) {
      const known = await this.#know(place).catch(() => null);
      if (!known || (known.header === null && place.endsWith('.json'))) continue;
      const digest = createHash('sha256').update(place).digest('hex');
      this.#places.set(digest, place);
      logs.push({ digest, place, size: known.size, run: known.header && toRun(known.header, known) });
    }
    return logs.sort((a, b) => (b.run?.created ?? '').localeCompare(a.run?.created ?? ''));
  }

  async #header(digest: string, place: string): Promise<EvidenceHeader> {
    const known = await this.#know(place);
    const log = known.header ?? (await this.#read(place, (reader) => reader.header()));
    const mediaType = place.endsWith('.json') ? 'application/json' : 'application/zip';
    const header: EvidenceHeader = {
      digest,
      size: known.size,
      mediaType,
      log,
      sampleCount: known.count,
      place,
    };
    const progress = toProgress(known);
    return progress ? { ...header, progress } : header;
  }

  async #file(place: string): Promise<Response> {
    const path = join(this.folder, place);
    const { size } = await stat(path);
    // A log that still grows is given as long as it was.
    const bytes = createReadStream(path, { end: Math.max(0, size - 1) });
    return new Response(Readable.toWeb(bytes) as ReadableStream, {
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(size),
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(basename(place))}`,
        'x-content-type-options': 'nosniff',
      },
    });
  }

  async #read<T>(place: string, use: (log: LogReader, known: Known) => Promise<T>): Promise<T> {
    const known = await this.#know(place);
    const { openLog } = await import('@assay/engine');
    const log = await openLog(join(this.folder, place));
    try {
      return await use(log, known);
    } finally {
      await log.close();
    }
  }

  async #know(place: string): Promise<Known> {
    const { size, mtimeMs } = await stat(join(this.folder, place));
    const known = this.#known.get(place);
    if (known && known.size === size && known.modified === mtimeMs) return known;
    const fresh = await readFacts(join(this.folder, place), { size, modified: mtimeMs });
    this.#known.set(place, fresh);
    return fresh;
  }
}

async function readFacts(path: string, file: { size: number; modified: number }): Promise<Known> {
  const { EngineError, openLog, outcomeOf } = await import('@assay/engine');
  try {
    const log = await openLog(path);
    try {
      const header = await log.header();
      const tally = { count: 0, scored: 0, right: 0 };
      for await (const summary of log.summaries()) {
        const outcome = outcomeOf(summary);
        tally.count += 1;
        if (outcome === 'correct') tally.right += 1;
        if (outcome === 'correct' || outcome === 'incorrect') tally.scored += 1;
      }
      const correct = tally.scored === 0 ? null : tally.right / tally.scored;
      const state =
        header.status === 'started' ? { done: tally.count, planned: countPlanned(header), correct } : null;
      return { ...file, header, state, count: tally.count };
    } finally {
      await log.close();
    }
  } catch (error) {
    if (error instanceof EngineError) return { ...file, header: null, state: null, count: 0 };
    throw error;
  }
}

function countPlanned({ eval: spec }: EvalLogHeader): number | null {
  const samples = spec.dataset.sample_ids?.length || spec.dataset.samples;
  return typeof samples === 'number' && samples > 0 ? samples * Number(spec.config.epochs ?? 1) : null;
}

function toProgress({ state, modified }: Known): RunState | null {
  return state && { ...state, live: Date.now() - modified < SILENCE_MS };
}

function toRun(header: EvalLogHeader, known: Known): FolderLog['run'] {
  const { eval: spec, status, results } = header;
  const progress = toProgress(known);
  return {
    task: spec.task,
    model: spec.model,
    status,
    created: spec.created,
    completed: results?.completed_samples ?? null,
    total: results?.total_samples ?? null,
    metrics: (results?.scores ?? []).flatMap((score) =>
      Object.values(score.metrics).map(({ name, value }) => ({ scorer: score.name, name, value })),
    ),
    ...(progress ? { progress } : {}),
  };
}

async function readPage(log: LogReader, known: Known, query: URLSearchParams): Promise<unknown> {
  const { readSamplePage, sampleFilters } = await import('@assay/engine');
  const whole = (name: string, fallback: number, most: number): number => {
    const value = Number(query.get(name) ?? fallback);
    return Number.isSafeInteger(value) && value >= 0 ? Math.min(value, most) : fallback;
  };
  const filter: SampleFilter = sampleFilters.find((word) => word === query.get('filter')) ?? 'all';
  const wish = {
    offset: whole('offset', 0, Number.MAX_SAFE_INTEGER),
    limit: whole('limit', 50, 500),
    filter,
  };
  return readSamplePage(log, known.count, wish);
}

function fault(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
