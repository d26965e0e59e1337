import { hash } from 'node:crypto';
import { parseNotes, type ResultEntry, resultId, type Setup, setupClass } from '@assay/spec';
import type { CommitInfo } from '../git/objects.ts';
import { toStorable } from './storable.ts';

/** A row of `derived.results`, spelled as the table spells it: it is written and compared as JSON. */
export interface ResultRow {
  result_id: string;
  repo_id: string;
  /** 0: on main; N: in pull request N. */
  scope: number;
  standing: 'merged' | 'community' | 'closed';
  filename: string;
  position: number;
  dataset_id: string;
  dataset_key: string;
  task_id: string;
  revision: string | null;
  value: number;
  value_text: string;
  verify_token: string | null;
  date: string | null;
  /** ISO time, UTC. */
  dated_at: string;
  date_inferred: boolean;
  source: Record<string, unknown> | null;
  evidence_digest: string | null;
  notes: string | null;
  setup: object;
  setup_class: string;
  entry: Record<string, unknown>;
  commit_oid: string;
  author_name: string | null;
}

/** Where an entry stands. */
export interface Place {
  repoId: string;
  scope: number;
  standing: ResultRow['standing'];
  filename: string;
  position: number;
  /** The commit that last changed the file there. */
  commit: CommitInfo;
}

const sha256Hex = (text: string) => hash('sha256', text, 'hex');

export function toResultRow(entry: ResultEntry, place: Place): ResultRow {
  const dated = toTime(entry.date);
  const { setup, setupClass } = toReadSetup(entry.notes);
  return toStorable({
    result_id: resultId(place.repoId, place.filename, entry, sha256Hex),
    repo_id: place.repoId,
    scope: place.scope,
    standing: place.standing,
    filename: place.filename,
    position: place.position,
    dataset_id: entry.dataset.id,
    dataset_key: entry.dataset.id.toLowerCase(),
    task_id: entry.dataset.taskId,
    revision: entry.dataset.revision ?? null,
    value: entry.value,
    value_text: entry.valueText,
    verify_token: entry.verifyToken ?? null,
    date: entry.date ?? null,
    dated_at: (dated ?? place.commit.committer.date).toISOString(),
    date_inferred: dated === null,
    source: entry.source ? { ...entry.source } : null,
    evidence_digest: toEvidenceDigest(entry.source?.url),
    notes: entry.notes ?? null,
    setup,
    setup_class: setupClass,
    entry: entry.json,
    commit_oid: place.commit.oid,
    author_name: place.commit.author.name || null,
  });
}

interface ReadSetup {
  setup: Setup;
  setupClass: string;
}

/** Few texts stand in most notes; understanding one takes as long as the rest of its row. */
const readSetups = new Map<string, ReadSetup>();
const maxReadSetups = 2_000;
const maxKeptNotes = 500;

function toReadSetup(notes = ''): ReadSetup {
  const known = readSetups.get(notes);
  if (known) return known;
  const { setup } = parseNotes(notes);
  const read = { setup, setupClass: setupClass(setup) };
  if (readSetups.size >= maxReadSetups) readSetups.clear();
  if (notes.length <= maxKeptNotes) readSetups.set(notes, read);
  return read;
}

const dateParts =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d{1,3})\d*)?)?\s?(?:([-+]\d{2}):?(\d{2})?|[Zz])?$/;

/** The moment a written ISO date names: without a zone it is UTC, so that no machine's zone decides an order. */
function toTime(date: string | undefined): Date | null {
  const parts = dateParts.exec(date ?? '');
  if (!parts) return null;
  const [, day, minutes = '00:00', seconds = ':00', fraction = '0', hours, rest = '00'] = parts;
  const time = new Date(`${day}T${minutes}${seconds}.${fraction}${hours ? `${hours}:${rest}` : 'Z'}`);
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1 ? null : time;
}

const evidencePath = /\/evidence\/([0-9a-f]{64})(?:[/?#]|$)/;

/**
 * The digest an evidence link names. The host is not compared: a hub's public address may change, and what the
 * digest may show is decided by the links of the evidence, never by this.
 */
export function toEvidenceDigest(url: string | undefined): string | null {
  return url ? (evidencePath.exec(url)?.[1] ?? null) : null;
}
