import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Repo } from '../repos/repo.ts';
import { announce } from '../webhooks/announce.ts';
import type { Discussion } from './discussion.ts';
import { addEvent, type CommentData, loadEvent, newComment, type StoredEvent } from './events.ts';
import { cleanText, cleanTitle } from './texts.ts';

/** What happens inside one discussion. Rights are the caller's question, but for whose comment it is. */
interface Place {
  repo: Repo;
  discussion: Discussion;
}

export async function addComment(
  ctx: HubContext,
  { repo, discussion }: Place,
  actor: Actor,
  raw: string,
): Promise<StoredEvent> {
  if (raw.trim() === '') throw new HubError('invalid-input', 'a comment needs a text');
  return ctx.db.tx(async (tx) => {
    const event = await addEvent(tx, discussion.id, actor.id, newComment(cleanText(raw)));
    const said = { discussion: discussion.id, comment: event.id };
    await announce(ctx, tx, repo, { action: 'create', scope: 'discussion.comment', ...said });
    return event;
  });
}

/** @throws HubError `not-found`, `forbidden` for another's comment, `conflict` for a hidden one */
export async function editComment(
  ctx: HubContext,
  place: Place,
  edit: { actor: Actor; eventId: string; raw: string },
): Promise<StoredEvent> {
  const raw = cleanText(edit.raw);
  return changeComment(ctx, place, edit.eventId, (event, data) => {
    if (event.author?.id !== edit.actor.id)
      throw new HubError('forbidden', 'only its author may edit a comment');
    if (data.hidden) throw new HubError('conflict', 'a hidden comment cannot be edited');
    const now = ctx.clock().toISOString();
    return { ...data, raw, editedAt: now, history: [...data.history, { raw: data.raw, until: now }] };
  });
}

/** The text stays in the record and leaves every answer. @throws HubError `not-found`, `forbidden` */
export async function hideComment(
  ctx: HubContext,
  place: Place,
  hide: { actor: Actor; eventId: string; mayWrite: boolean },
): Promise<StoredEvent> {
  return changeComment(ctx, place, hide.eventId, (event, data) => {
    if (event.author?.id !== hide.actor.id && !hide.mayWrite)
      throw new HubError('forbidden', 'only its author and writers of the repo may hide a comment');
    return { ...data, hidden: true };
  });
}

async function changeComment(
  ctx: HubContext,
  { repo, discussion }: Place,
  eventId: string,
  change: (event: StoredEvent, data: CommentData) => CommentData,
): Promise<StoredEvent> {
  return ctx.db.tx(async (tx) => {
    const found = await tx.maybe(
      "SELECT 1 FROM record.discussion_events WHERE id = $1 AND discussion_id = $2 AND type = 'comment' FOR UPDATE",
      [eventId, discussion.id],
    );
    if (!found) throw new HubError('not-found', `there is no comment ${eventId.slice(0, 40)} here`);
    const event = await loadEvent(tx, eventId);
    const data = change(event, event.data as CommentData);
    await tx.query('UPDATE record.discussion_events SET data = $2 WHERE id = $1', [
      eventId,
      JSON.stringify(data),
    ]);
    const changed = { discussion: discussion.id, comment: eventId };
    await announce(ctx, tx, repo, { action: 'update', scope: 'discussion.comment', ...changed });
    return loadEvent(tx, eventId);
  });
}

export async function changeTitle(
  ctx: HubContext,
  { repo, discussion }: Place,
  actor: Actor,
  title: string,
): Promise<StoredEvent> {
  const to = cleanTitle(title);
  return ctx.db.tx(async (tx) => {
    const { title: from } = await tx.one<{ title: string }>(
      'SELECT title FROM record.discussions WHERE id = $1 FOR UPDATE',
      [discussion.id],
    );
    await tx.query('UPDATE record.discussions SET title = $2 WHERE id = $1', [discussion.id, to]);
    await announce(ctx, tx, repo, { action: 'update', scope: 'discussion', discussion: discussion.id });
    return addEvent(tx, discussion.id, actor.id, { type: 'title-change', data: { from, to } });
  });
}

export async function setPinned(
  ctx: HubContext,
  { repo, discussion }: Place,
  actor: Actor,
  pinned: boolean,
): Promise<void> {
  await ctx.db.tx(async (tx) => {
    await tx.query('UPDATE record.discussions SET pinned = $2 WHERE id = $1', [discussion.id, pinned]);
    await addEvent(tx, discussion.id, actor.id, { type: 'pinning-change', data: { pinned } });
    await announce(ctx, tx, repo, { action: 'update', scope: 'discussion', discussion: discussion.id });
  });
}
