import type { Db, Sql, Tx } from '../db/sql.ts';
import { refreshBestOfModel } from './best.ts';
import { raiseVersion } from './rows.ts';

/**
 * Places on boards follow verdicts, which change without a push: a checkpoint covers a statement, a key is revoked, an
 * issuer's trust changes. This brings the places of the models in question in line, each model under its lock.
 */
async function followVerdicts(db: Db, models: readonly string[]): Promise<void> {
  for (const id of await findStale(db, models)) await db.tx((tx) => followOne(tx, id));
}

/** The same inside a transaction that changes trust: boards and badges change in one moment. Locks in the order of ids. */
export async function followVerdictsIn(tx: Tx, models: readonly string[]): Promise<void> {
  for (const id of await findStale(tx, models)) await followOne(tx, id);
}

/** Models of statements by an issuer, or by one of its keys. */
export async function modelsOf(sql: Sql, by: { issuerId?: string; kid?: string }): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT DISTINCT model_repo_id AS id FROM record.statements
     WHERE ($1::text IS NULL OR issuer_id = $1) AND ($2::text IS NULL OR kid = $2)`,
    [by.issuerId ?? null, by.kid ?? null],
  );
  return rows.map(({ id }) => id);
}

/**
 * What the publisher calls after each checkpoint: results that it covers become verified. The first call looks at all
 * that is covered, so what a crash left undone is done then.
 */
export function createCoverageFollower(db: Db): (size: number) => Promise<void> {
  let seen = 0;
  return async (size) => {
    if (size <= seen) return;
    await followVerdicts(db, await modelsCoveredBetween(db, seen, size));
    seen = size;
  };
}

/** Models of statements whose leaves are in [from, to) of the log. */
async function modelsCoveredBetween(sql: Sql, from: number, to: number): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT DISTINCT s.model_repo_id AS id FROM record.statements s
     JOIN record.tlog_leaves l ON l.queue_id = s.token_leaf WHERE l.index >= $1 AND l.index < $2`,
    [from, to],
  );
  return rows.map(({ id }) => id);
}

async function followOne(tx: Tx, repoId: string): Promise<void> {
  await tx.lockRepo(repoId);
  await raiseVersion(tx, repoId);
  await refreshBestOfModel(tx, 'derived', repoId);
}

/** A place that says something else than its verdict, or a verified result whose class is stood for by one that is not. */
async function findStale(sql: Sql, models: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT DISTINCT v.repo_id AS id
     FROM derived.verdicts v
     JOIN derived.results t USING (repo_id, scope, filename, position)
     LEFT JOIN derived.revisions n ON n.dataset_key = t.dataset_key AND n.task_id = t.task_id AND n.stated = t.revision
     JOIN derived.best b ON b.repo_id = v.repo_id AND b.dataset_key = t.dataset_key AND b.task_id = t.task_id
       AND b.setup_class = t.setup_class AND b.edition IN ('', coalesce(n.edition, 'unknown'))
     WHERE v.repo_id = ANY($1) AND t.standing <> 'closed' AND (
       (v.code = 'verified' AND NOT b.verified)
       OR (v.code <> 'verified' AND b.verified AND (b.scope, b.filename, b.position) = (t.scope, t.filename, t.position)))
     ORDER BY id`,
    [models],
  );
  return rows.map(({ id }) => id);
}
