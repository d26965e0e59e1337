import { repoPath } from '@assay/spec';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import type { Repo } from '../repos/repo.ts';

/** Something that webhooks tell. Names are the wire's. */
export interface Happening {
  action: 'create' | 'update' | 'delete' | 'move';
  scope: 'repo' | 'repo.content' | 'repo.config' | 'discussion' | 'discussion.comment';
  /** Main's head, when the caller knows it better than git does. */
  headSha?: string;
  updatedRefs?: { ref: string; oldSha: string | null; newSha: string | null }[];
  updatedConfig?: Record<string, unknown>;
  movedTo?: { name: string; owner: { id: string } };
  /** Id of the discussion that it happens in. */
  discussion?: string;
  /** Id of the comment's event. */
  comment?: string;
}

/** The message without its receiver. Reads what it tells in the transaction, so that it tells what is about to be. */
export async function toPayload(
  ctx: Pick<HubContext, 'config' | 'git'>,
  tx: Tx,
  repo: Repo,
  happening: Happening,
): Promise<object> {
  const { action, scope, updatedRefs, updatedConfig, movedTo } = happening;
  const base = ctx.config.publicUrl ?? `http://${ctx.config.host}:${ctx.config.port}`;
  const web = `${base}/${repoPath(repo.type, repo)}`;
  const api = `${base}/api/${repo.type}s/${repo.fullName}`;
  const gone = action === 'delete' && scope === 'repo';
  const headSha =
    happening.headSha ?? (gone ? null : await ctx.git.reader(repo.id).resolve('refs/heads/main'));
  return {
    event: { action, scope },
    repo: {
      type: repo.type,
      name: repo.fullName,
      id: repo.id,
      private: repo.private,
      owner: { id: repo.ownerId },
      url: { web, api },
      ...(headSha && { headSha }),
    },
    ...(happening.discussion && (await discussionOf(tx, happening.discussion, { web, api }))),
    ...(happening.comment && (await commentOf(tx, happening.comment, web))),
    ...(updatedRefs && { updatedRefs }),
    ...(updatedConfig && { updatedConfig }),
    ...(movedTo && { movedTo }),
  };
}

interface DiscussionRow {
  id: string;
  num: number;
  title: string;
  status: string;
  isPullRequest: boolean;
  pinned: boolean;
  authorId: string | null;
  baseRef: string | null;
  mergeCommit: string | null;
}

async function discussionOf(tx: Tx, id: string, url: { web: string; api: string }): Promise<object> {
  const row = await tx.one<DiscussionRow>(
    `SELECT id, num, title, status, is_pull_request AS "isPullRequest", pinned, author_id AS "authorId",
            base_ref AS "baseRef", merge_commit AS "mergeCommit" FROM record.discussions WHERE id = $1`,
    [id],
  );
  const { authorId, baseRef, mergeCommit, ...discussion } = row;
  return {
    discussion: {
      ...discussion,
      author: { id: authorId ?? '' },
      url: { web: `${url.web}/discussions/${row.num}`, api: `${url.api}/discussions/${row.num}` },
      ...(baseRef && { changes: { base: baseRef, ...(mergeCommit && { mergeCommitId: mergeCommit }) } }),
    },
  };
}

async function commentOf(tx: Tx, id: string, web: string): Promise<object> {
  const row = await tx.one<{ authorId: string | null; raw: string; hidden: boolean; num: number }>(
    `SELECT e.author_id AS "authorId", e.data ->> 'raw' AS raw, (e.data ->> 'hidden')::boolean AS hidden, d.num
       FROM record.discussion_events e JOIN record.discussions d ON d.id = e.discussion_id WHERE e.id = $1`,
    [id],
  );
  return {
    comment: {
      id,
      author: { id: row.authorId ?? '' },
      hidden: row.hidden,
      ...(!row.hidden && { content: row.raw }),
      url: { web: `${web}/discussions/${row.num}#${id}` },
    },
  };
}
