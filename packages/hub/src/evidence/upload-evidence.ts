import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, type LogReader, openLog } from '@assay/engine';
import type { EvalLogHeader } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { toStorable } from '../index/storable.ts';
import { planColumns } from '../plans/plan-digest.ts';
import type { Repo } from '../repos/repo.ts';
import { evidenceLimits } from './open-evidence.ts';

const mib = 1024 * 1024;
/** A header beyond this many characters is no header a page could show. */
const maxHeader = 16 * mib;

export interface EvidenceUpload {
  actor: Actor;
  /** The model the log is evidence for. */
  model: Repo;
  /** The benchmark, or null when it is not on this hub. */
  dataset: Repo | null;
  body: AsyncIterable<Uint8Array>;
}

export interface StoredEvidence {
  digest: string;
  /** Bytes. */
  size: number;
}

/**
 * Keeps a log under the digest of its bytes and links it to a model and a benchmark. The bytes are read as a log before
 * they are kept. Twice the same is once.
 * @throws HubError `too-large`; `invalid-input` when it is no log
 */
export async function uploadEvidence(ctx: HubContext, upload: EvidenceUpload): Promise<StoredEvidence> {
  const draft = join(ctx.paths.tmp, `evidence-${randomUUID()}`);
  try {
    await spool(upload.body, draft, ctx.config.maxEvidenceMib * mib);
    const facts = await readFacts(draft);
    const { sha256: digest, size } = await ctx.blobs.put(createReadStream(draft));
    const { planDigest, runAt } = planColumns(facts.header.log);
    await ctx.db.tx(async (tx) => {
      await tx.query(
        `INSERT INTO record.evidence (digest, size, media_type, header, plan_digest, run_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (digest) DO NOTHING`,
        [digest, size, facts.mediaType, JSON.stringify(facts.header), planDigest, runAt],
      );
      await tx.query(
        `INSERT INTO record.evidence_links (digest, model_repo_id, dataset_repo_id, uploaded_by)
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
        [digest, upload.model.id, upload.dataset?.id ?? null, upload.actor.id],
      );
    });
    return { digest, size };
  } finally {
    await rm(draft, { force: true });
  }
}

async function spool(body: AsyncIterable<Uint8Array>, path: string, limit: number): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await copy(body, file, limit);
  } finally {
    await file.close();
  }
}

async function copy(body: AsyncIterable<Uint8Array>, file: FileHandle, limit: number): Promise<void> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limit) throw new HubError('too-large', `a log may have at most ${limit / mib} MiB`);
    await file.writeFile(chunk);
  }
  if (size === 0) throw new HubError('invalid-input', 'the body is empty; send the bytes of a log');
}

interface LogFacts {
  mediaType: string;
  header: { log: EvalLogHeader; sampleCount: number };
}

async function readFacts(path: string): Promise<LogFacts> {
  let log: LogReader | undefined;
  try {
    log = await openLog(path, evidenceLimits);
    const header = await log.header();
    assertHeader(header);
    let sampleCount = 0;
    for await (const _summary of log.summaries()) sampleCount += 1;
    const mediaType = log.format === 'eval' ? 'application/zip' : 'application/json';
    return { mediaType, header: { log: toStorable(header), sampleCount } };
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    const reason = cause.message.replaceAll(path, 'the upload');
    const code = cause.code === 'log-too-large' ? 'too-large' : 'invalid-input';
    throw new HubError(code, `this is no log that can be read: ${reason}`, {
      cause,
      hint: 'send an Inspect log, .eval or .json',
    });
  } finally {
    await log?.close();
  }
}

/** What every page about a log relies on. */
function assertHeader(header: EvalLogHeader): void {
  const spec = header.eval as EvalLogHeader['eval'] | undefined;
  if (typeof spec?.task !== 'string' || typeof spec.model !== 'string')
    throw new HubError('invalid-input', 'the log does not say which task and which model it is of');
  if (JSON.stringify(header).length > maxHeader)
    throw new HubError('too-large', `the header of the log is longer than ${maxHeader} characters`);
}
