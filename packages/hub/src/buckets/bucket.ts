import { nameProblem, newId } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { type Sql, sqlState, sqlStateOf } from '../db/sql.ts';
import { HubError } from '../errors.ts';

/** A folder of files that jobs mount, without history. Always private. */
export interface Bucket {
  id: string;
  name: string;
  ownerId: string;
}

const columns = 'id, name, owner_id AS "ownerId"';

/** @throws HubError `invalid-input`, `repo-exists` */
export async function createBucket(ctx: HubContext, ownerId: string, name: string): Promise<Bucket> {
  const problem = nameProblem(name);
  if (problem) throw new HubError('invalid-input', `the name "${name.slice(0, 100)}" ${problem}`);
  try {
    return await ctx.db.one<Bucket>(
      `INSERT INTO record.buckets (id, owner_id, name) VALUES ($1, $2, $3) RETURNING ${columns}`,
      [newId(), ownerId, name],
    );
  } catch (cause) {
    if (sqlStateOf(cause) !== sqlState.uniqueViolation) throw cause;
    throw new HubError('repo-exists', `there is a bucket ${name} already`, { cause });
  }
}

export function findBucket(sql: Sql, ownerId: string, name: string): Promise<Bucket | null> {
  return sql.maybe<Bucket>(
    `SELECT ${columns} FROM record.buckets WHERE owner_id = $1 AND lower(name) = lower($2)`,
    [ownerId, name],
  );
}

export function isBucketId(sql: Sql, id: string): Promise<boolean> {
  return sql.maybe('SELECT 1 FROM record.buckets WHERE id = $1', [id]).then((row) => row !== null);
}
