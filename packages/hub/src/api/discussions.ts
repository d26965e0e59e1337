import { CLOSING_REASONS, type RepoType, repoPath } from '@assay/spec';
import type { Context } from 'hono';
import { accessOf } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import { requireActor } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import { readDetails } from '../discussions/details.ts';
import { type Discussion, requireDiscussion } from '../discussions/discussion.ts';
import { addComment, changeTitle, editComment, hideComment, setPinned } from '../discussions/edit.ts';
import { listDiscussions } from '../discussions/list.ts';
import { mergePullRequest } from '../discussions/merge.ts';
import { openDiscussion, openPullRequest } from '../discussions/open.ts';
import { changeStatus } from '../discussions/status.ts';
import { toWireEvent } from '../discussions/to-wire.ts';
import { HubError } from '../errors.ts';
import type { HubApp, HubEnv } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { queryOf } from '../http/query.ts';
import {
  optionalFlag,
  optionalText,
  optionalWord,
  readJsonObject,
  requiredText,
} from '../http/request-body.ts';
import { toHubError } from '../receive/refusal.ts';
import type { Repo } from '../repos/repo.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { typePlurals } from './repos.ts';

type Ask = Context<HubEnv>;
const pageSize = 50;
const bodyMib = 1;
const maxText = 65_536;

/** Discussions and pull requests of every kind of repo. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals)) {
    const path = `/api/${plural}/:namespace/:name/discussions`;
    readRoutes(app, ctx, path, type);
    writeRoutes(app, ctx, path, type);
  }
}

function readRoutes(app: HubApp, ctx: HubContext, path: string, type: RepoType): void {
  app.get(path, async (c) => {
    const repo = await repoOf(ctx, c, type, 'read');
    const query = queryOf(c.req.raw);
    const list = await listDiscussions(ctx, repo, {
      page: query.integer('p', { fallback: 0, max: 1_000_000 }),
      limit: query.integer('limit', { fallback: pageSize, min: 1, max: 100 }),
      type: query.get('type'),
      status: query.get('status'),
      author: query.get('author'),
      search: query.get('search'),
      sort: query.get('sort'),
    });
    return c.json(list);
  });

  app.get(`${path}/:num`, async (c) => {
    const repo = await repoOf(ctx, c, type, 'read');
    const { content } = await accessOf(ctx, c.var.actor, repo);
    return c.json(
      await readDetails(ctx, { repo, num: numOf(c), diff: queryOf(c.req.raw).flag('diff'), content }),
    );
  });
}

function writeRoutes(app: HubApp, ctx: HubContext, path: string, type: RepoType): void {
  app.post(path, async (c) => c.json(await create(ctx, c, await repoOf(ctx, c, type, 'discuss'))));

  app.post(`${path}/:num/comment`, async (c) => {
    const { actor, body, ...place } = await inside(ctx, c, type, 'discuss');
    const event = await addComment(ctx, place, actor, requiredText(body, 'comment', maxText));
    return c.json({ newMessage: toWireEvent(event) }, 201);
  });

  app.post(`${path}/:num/comment/:event/edit`, async (c) => {
    const { actor, body, ...place } = await inside(ctx, c, type, 'discuss');
    const raw = requiredText(body, 'content', maxText);
    const event = await editComment(ctx, place, { actor, eventId: eventOf(c), raw });
    return c.json({ updatedComment: toWireEvent(event) });
  });

  app.post(`${path}/:num/comment/:event/hide`, async (c) => {
    const { actor, mayWrite, ...place } = await inside(ctx, c, type, 'discuss');
    const event = await hideComment(ctx, place, { actor, eventId: eventOf(c), mayWrite });
    return c.json({ updatedComment: toWireEvent(event) });
  });

  app.post(`${path}/:num/title`, async (c) => {
    const { actor, body, ...place } = await inside(ctx, c, type, 'owner');
    const event = await changeTitle(ctx, place, actor, requiredText(body, 'title'));
    return c.json({ newTitle: toWireEvent(event) });
  });

  app.post(`${path}/:num/status`, async (c) => {
    const { actor, repo, discussion, body } = await inside(ctx, c, type, 'owner');
    const status = optionalWord(body, 'status', ['open', 'closed']);
    if (!status) throw new HubError('invalid-input', '"status" must be open or closed');
    const comment = optionalText(body, 'comment', maxText);
    const closing = optionalWord(body, 'reason', CLOSING_REASONS);
    if (closing === 'other' && !comment?.trim())
      throw new HubError('invalid-input', 'the reason "other" needs a "comment" that says it in words');
    const event = await changeStatus(ctx, { repo, actor, num: discussion.num, status, comment, closing });
    return c.json({ newStatus: toWireEvent(event) });
  });

  app.post(`${path}/:num/merge`, async (c) => {
    const { actor, repo, discussion, body } = await inside(ctx, c, type, 'write');
    const comment = optionalText(body, 'comment', maxText);
    const oid = await mergePullRequest(ctx, { repo, actor, num: discussion.num, comment });
    return c.json({ success: true, mergeCommitId: oid });
  });

  app.post(`${path}/:num/pin`, async (c) => {
    const { actor, body, ...place } = await inside(ctx, c, type, 'write');
    const pinned = optionalFlag(body, 'pinned') ?? true;
    await setPinned(ctx, place, actor, pinned);
    return c.json({ pinned });
  });
}

async function create(ctx: HubContext, c: Ask, repo: Repo): Promise<object> {
  const actor = requireActor(c.var.actor);
  const body = await readJsonObject(c.req.raw, bodyMib);
  const title = requiredText(body, 'title');
  const description = optionalText(body, 'description', maxText) ?? '';
  const pullRequest = optionalFlag(body, 'pullRequest') ?? false;
  const fresh = { repo, actor, title, description };
  const num = pullRequest ? await openDraft(ctx, fresh) : await openDiscussion(ctx, fresh);
  const url = `${baseUrl(ctx, c.req.raw)}/${repoPath(repo.type, repo)}/discussions/${num}`;
  return { num, url, pullRequest };
}

/** A pull request without commits: its ref begins at main's head. */
async function openDraft(
  ctx: HubContext,
  fresh: { repo: Repo; actor: Actor; title: string; description: string },
): Promise<number> {
  const baseRef = 'refs/heads/main';
  const head = await ctx.git.reader(fresh.repo.id).resolve(baseRef);
  if (head === null) throw new HubError('revision-not-found', 'the repo has no branch main to change');
  const quarantine = await ctx.git.quarantine(fresh.repo.id);
  try {
    const opened = await openPullRequest(ctx, { ...fresh, baseRef, head, status: 'draft', quarantine });
    if (!opened.ok) throw toHubError(opened.refused);
    return opened.num;
  } finally {
    quarantine.discard();
  }
}

interface Inside {
  actor: Actor;
  repo: Repo;
  discussion: Discussion;
  mayWrite: boolean;
  body: Record<string, unknown>;
}

/** Who asks, and about what. `owner`: the discussion's author, or a writer of the repo. */
async function inside(
  ctx: HubContext,
  c: Ask,
  type: RepoType,
  need: 'discuss' | 'write' | 'owner',
): Promise<Inside> {
  const repo = await repoOf(ctx, c, type, need === 'write' ? 'write' : 'discuss');
  const actor = requireActor(c.var.actor);
  const discussion = await requireDiscussion(ctx, repo, numOf(c));
  if (discussion.origin !== null && repo.mirrorOf !== null)
    throw new HubError(
      'conflict',
      `${discussion.num} is mirrored from ${repo.mirrorOf}/discussions/${discussion.num}`,
      {
        hint: 'Answer there: what is said here would not reach those who take part.',
      },
    );
  const { write: mayWrite } = await accessOf(ctx, actor, repo);
  if (need === 'owner' && !mayWrite && discussion.author?.id !== actor.id)
    throw new HubError('forbidden', 'only its author and writers of the repo may do this');
  return { actor, repo, discussion, mayWrite, body: await readJsonObject(c.req.raw, bodyMib) };
}

function repoOf(ctx: HubContext, c: Ask, type: RepoType, need: 'read' | 'discuss' | 'write'): Promise<Repo> {
  return requireRepo(ctx, c.var.actor, type, `${c.req.param('namespace')}/${c.req.param('name')}`, need);
}

function numOf(c: Ask): number {
  const text = c.req.param('num') ?? '';
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new HubError('not-found', 'discussions are named by their number');
  return Number(text);
}

/** Python's client lowercases ids before it uses them; so do we. */
function eventOf(c: Ask): string {
  return (c.req.param('event') ?? '').toLowerCase();
}
