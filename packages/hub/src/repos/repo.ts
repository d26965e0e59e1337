import type { RepoType } from '@assay/spec';

/** A repo as the record knows it. Its files are in git, under its id. */
export interface Repo {
  id: string;
  type: RepoType;
  namespace: string;
  name: string;
  /** `namespace/name`. */
  fullName: string;
  /** Account (user or organisation) that owns the namespace. */
  ownerId: string;
  private: boolean;
  /** Null: files are open to whoever sees the repo. */
  gated: 'auto' | 'manual' | null;
  disabled: boolean;
  discussionsDisabled: boolean;
  /** Page of the repo on another hub that this one follows; null: it follows none. */
  mirrorOf: string | null;
  /** User who made it. */
  createdBy: string | null;
  createdAt: Date;
  updatedAt: Date;
}

interface RepoRow {
  id: string;
  type: RepoType;
  namespace: string;
  name: string;
  owner_id: string;
  private: boolean;
  gated: 'auto' | 'manual' | null;
  disabled: boolean;
  discussions_disabled: boolean;
  mirror_of: string | null;
  created_by: string | null;
  created_at: Date;
  updated_at: Date;
}

/** The columns `toRepo` reads, for `SELECT ${repoColumns} FROM record.repos r`. */
export const repoColumns =
  'r.id, r.type, r.namespace, r.name, r.owner_id, r.private, r.gated, r.disabled, r.discussions_disabled, r.mirror_of, r.created_by, r.created_at, r.updated_at';

export function toRepo(row: object): Repo {
  const found = row as RepoRow;
  return {
    id: found.id,
    type: found.type,
    namespace: found.namespace,
    name: found.name,
    fullName: `${found.namespace}/${found.name}`,
    ownerId: found.owner_id,
    private: found.private,
    gated: found.gated,
    disabled: found.disabled,
    discussionsDisabled: found.discussions_disabled,
    mirrorOf: found.mirror_of,
    createdBy: found.created_by,
    createdAt: found.created_at,
    updatedAt: found.updated_at,
  };
}
