import { commitTo, leafHash, toLeafBytes } from '@assay/proof';
import { canonicalJson } from '@assay/spec';

/** What is to become a leaf. */
export interface LeafDraft {
  kind: string;
  at: Date;
  /** Public, unless the leaf is sealed: ids, digests, counts; never words that people wrote. */
  facts: Record<string, unknown>;
  /** What the leaf only commits to. */
  content: Record<string, unknown>;
  /** Nothing is public but that something happened. */
  sealed: boolean;
}

/** A leaf as it is kept. */
export interface KeptLeaf {
  bytes: Uint8Array;
  hash: Uint8Array;
  salt: Uint8Array;
  /** Canonical JSON: the facts and what the leaf commits to. */
  content: string;
}

/** @param salt 32 fresh random bytes */
export function toLeaf(draft: LeafDraft, salt: Uint8Array): KeptLeaf {
  const facts = { ...draft.facts, kind: draft.kind, at: draft.at.toISOString() };
  const content = canonicalJson({ ...facts, ...draft.content });
  const shown = draft.sealed ? { kind: 'sealed' } : facts;
  const bytes = toLeafBytes({ ...shown, version: 1, content: commitTo(salt, content) });
  return { bytes, hash: leafHash(bytes), salt, content };
}

/** A row of `record.acts`, with whether its repo is private. */
export interface ActRow {
  seq: number;
  at: Date;
  kind: string;
  actor_name: string | null;
  repo_id: string;
  repo_name: string;
  result_id: string;
  pull_request: number | null;
  filename: string;
  dataset_id: string;
  task_id: string;
  commit_oid: string | null;
  entry: Record<string, unknown>;
  detail: Record<string, unknown>;
  sealed: boolean;
}

export function toActDraft(row: ActRow): LeafDraft {
  return {
    kind: 'act',
    at: row.at,
    sealed: row.sealed,
    facts: {
      seq: row.seq,
      act: row.kind,
      modelId: row.repo_id,
      resultId: row.result_id,
      ...(row.pull_request !== null && { pullRequest: row.pull_request }),
      ...(row.commit_oid && { commit: row.commit_oid }),
    },
    content: {
      ...(row.actor_name !== null && { actor: row.actor_name }),
      model: row.repo_name,
      filename: row.filename,
      dataset: row.dataset_id,
      taskId: row.task_id,
      entry: row.entry,
      detail: row.detail,
    },
  };
}
