import { findRedacted, takenAway } from '../contested/redact-objects.ts';
import type { Sql } from '../db/sql.ts';
import { pathFault } from '../git/path-rules.ts';
import type { Quarantine } from '../git/quarantine.ts';
import type { ChangedPath } from '../git/tree-diff.ts';
import type { SizedEntry } from '../git/tree-walk.ts';
import type { Repo } from '../repos/repo.ts';
import { fileRule, isReadPath, maxReadBytes } from './file-rules.ts';
import { type Refusal, refuse } from './refusal.ts';

/** A ref's new commit, and the commit it is compared with: what did not change is not judged again. */
export interface Change {
  ref: string;
  from: string | null;
  to: string;
  /** Bytes above which a file must be kept as a large file, outside git. */
  maxBytes: number;
}

/** Judges the files that a commit adds or changes. Deleting is always allowed. */
export async function validateChanges(
  sql: Sql,
  repo: Repo,
  quarantine: Quarantine,
  change: Change,
): Promise<Refusal[]> {
  const changed = (await quarantine.changedPaths(change.from, change.to)).filter((one) => one.new !== null);
  const refused = changed.flatMap((one) => judgePath(repo, change.ref, one));
  if (refused.length > 0) return refused;
  const files = await quarantine.sized(changed.filter(isFile).map(toEntry));
  const missing = await findMissingObjects(sql, repo.id, files);
  const redacted = await findRedacted(
    sql,
    repo.id,
    files.map(({ oid }) => oid),
  );
  for (const file of files) {
    refused.push(...judgeSize(change, file, missing));
    if (redacted.has(file.oid)) refused.push(refuse(change.ref, 'forbidden', takenAway, file.path));
    const rule = fileRule(repo.type, file.path);
    if (!rule) continue;
    const refusal =
      judgeRead(change.ref, file) ??
      judgeText(change.ref, file, rule((await quarantine.blob(file.oid)).toString('utf8')));
    if (refusal) refused.push(refusal);
  }
  return refused;
}

function isFile(change: ChangedPath): boolean {
  return change.new?.type === 'file';
}

function toEntry(change: ChangedPath) {
  return { name: '', path: change.path, ...change.new! };
}

function judgePath(repo: Repo, ref: string, change: ChangedPath): Refusal[] {
  const fault = pathFault(change.path);
  if (fault)
    return [refuse(ref, 'invalid-input', `the path ${fault}`, JSON.stringify(change.path).slice(1, -1))];
  if (change.new?.type !== 'file' && isReadPath(repo.type, change.path)) {
    return [
      refuse(ref, 'invalid-input', `must be a file of its own, not a ${change.new?.type}`, change.path),
    ];
  }
  return [];
}

function judgeSize({ ref, maxBytes }: Change, file: SizedEntry, missing: Set<string>): Refusal[] {
  if (file.lfs) {
    if (!missing.has(file.lfs.oid)) return [];
    const reason = `the large file sha256:${file.lfs.oid} was never uploaded; send it first (git lfs push, or the client's upload)`;
    return [refuse(ref, 'invalid-input', reason, file.path)];
  }
  if (file.size <= maxBytes) return [];
  return [
    refuse(
      ref,
      'too-large',
      `${file.size} bytes are too many for git (limit ${maxBytes}); track it with Git LFS`,
      file.path,
    ),
  ];
}

/** The hub reads this file, so it must be there as text of a size worth reading. */
function judgeRead(ref: string, file: SizedEntry): Refusal | null {
  if (file.lfs)
    return refuse(ref, 'invalid-input', 'is read by the hub and must not be kept in Git LFS', file.path);
  if (file.size <= maxReadBytes) return null;
  return refuse(
    ref,
    'invalid-input',
    `is read by the hub and must not exceed ${maxReadBytes} bytes`,
    file.path,
  );
}

function judgeText(ref: string, file: SizedEntry, issues: Refusal['issues']): Refusal | null {
  if (issues.length === 0) return null;
  const reason = `${file.path} has ${issues.length === 1 ? 'an error' : `${issues.length} errors`}`;
  return { ref, code: 'invalid-input', file: file.path, issues, reason };
}

/** Large files named by pointers whose bytes this repo does not hold. */
async function findMissingObjects(sql: Sql, repoId: string, files: SizedEntry[]): Promise<Set<string>> {
  const oids = [...new Set(files.flatMap(({ lfs }) => (lfs ? [lfs.oid] : [])))];
  if (oids.length === 0) return new Set();
  const rows = await sql.query<{ oid: string }>(
    'SELECT oid FROM record.lfs_objects WHERE repo_id = $1 AND oid = ANY($2)',
    [repoId, oids],
  );
  const held = new Set(rows.map(({ oid }) => oid));
  return new Set(oids.filter((oid) => !held.has(oid)));
}
