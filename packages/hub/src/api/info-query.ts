import type { RepoType } from '@assay/spec';
import type { Sql } from '../db/sql.ts';
import { type Repo, repoColumns, toRepo } from '../repos/repo.ts';

/** What info and lists tell of a repo without opening it: the record, and main's head as the index has it. */
export interface InfoRow {
  repo: Repo;
  downloads: number;
  likes: number;
  head: HeadFacts;
  official: boolean;
  /** Of a dataset that is a benchmark. */
  description: string | null;
}

/** Facts of one commit's README. */
export interface HeadFacts {
  /** Null: the repo has no main branch. */
  sha: string | null;
  lastModified: Date;
  card: Record<string, unknown> | null;
  tags: string[];
  baseModels: string[];
  parameters: number | null;
}

export const infoColumns = `${repoColumns}, r.downloads, r.likes, c.commit_oid AS sha,
  coalesce(c.last_modified, r.created_at) AS last_modified, c.card, coalesce(c.tags, '{}') AS tags,
  coalesce(c.base_models, '{}') AS base_models, c.parameters, s.standing = 'official' AS official, b.description`;

export const infoTables = `record.repos r
  LEFT JOIN derived.repo_cards c ON c.repo_id = r.id
  LEFT JOIN derived.benchmarks b ON b.repo_id = r.id
  LEFT JOIN record.benchmark_standings s ON s.repo_id = r.id AND b.repo_id IS NOT NULL`;

interface Row {
  downloads: number;
  likes: number;
  sha: string | null;
  last_modified: Date;
  card: Record<string, unknown> | null;
  tags: string[];
  base_models: string[];
  parameters: number | null;
  official: boolean | null;
  description: string | null;
}

export function toInfoRow(row: object): InfoRow {
  const found = row as Row;
  return {
    repo: toRepo(row),
    downloads: found.downloads,
    likes: found.likes,
    head: {
      sha: found.sha,
      lastModified: found.last_modified,
      card: found.card,
      tags: found.tags,
      baseModels: found.base_models,
      parameters: found.parameters,
    },
    official: found.official === true,
    description: found.description,
  };
}

export async function loadInfo(sql: Sql, repoId: string): Promise<InfoRow> {
  return toInfoRow(
    await sql.one<object>(`SELECT ${infoColumns} FROM ${infoTables} WHERE r.id = $1`, [repoId]),
  );
}

/** Ids of repos by full name in lower case; names that are not here are left out. */
export async function idsOf(sql: Sql, type: RepoType, names: string[]): Promise<Map<string, string>> {
  const rows = await sql.query<{ key: string; id: string }>(
    `SELECT lower(namespace) || '/' || lower(name) AS key, id FROM record.repos
     WHERE type = $1 AND deleted_at IS NULL AND NOT private AND lower(namespace) || '/' || lower(name) = ANY($2)`,
    [type, names.map((name) => name.toLowerCase())],
  );
  return new Map(rows.map(({ key, id }) => [key, id]));
}
