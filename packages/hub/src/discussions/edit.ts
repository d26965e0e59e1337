import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Discussion } from './discussion.ts';
import { addEvent, type CommentData, loadEvent, newComment, type StoredEvent } from './events.ts';
import { cleanText, cleanTitle } from './texts.ts';

/** What happens inside one discussion. Rights are the caller's question, but for whose comment it is. */

export async function addComment(
  ctx: HubContext,
  discussion: Discussion,
  actor: Actor,
  raw: string,
): Promise<StoredEvent> {
  if (raw.trim() === '') throw new HubError('invalid-input', 'a comment needs a text');
  return addEvent(ctx.db, discussion.id, actor.id, newComment(cleanText(raw)));
}

/** @throws HubError `not-found`, `forbidden` for another's comment, `conflict` for a hidden one */
export async function editComment(
  ctx: HubContext,
  discussion: Discussion,
  edit: { actor: Actor; eventId: string; raw: string },
): Promise<StoredEvent> {
  const raw = cleanText(edit.raw);
  return changeComment(ctx, discussion, edit.eventId, (event, data) => {
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
  discussion: Discussion,
  hide: { actor: Actor; eventId: string; mayWrite: boolean },
): Promise<StoredEvent> {
  return changeComment(ctx, discussion, hide.eventId, (event, data) => {
    if (event.author?.id !== hide.actor.id && !hide.mayWrite)
      throw new HubError('forbidden', 'only its author and writers of the repo may hide a comment');
    return { ...data, hidden: true };
  });
}

async function changeComment(
  ctx: HubContext,
  discussion: Discussion,
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
    return loadEvent(tx, eventId);
  });
}

export async function changeTitle(
  ctx: HubContext,
  discussion: Discussion,
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
    return addEvent(tx, discussion.id, actor.id, { type: 'title-change', data: { from, to } });
  });
}

export async function setPinned(
  ctx: HubContext,
  discussion: Discussion,
  actor: Actor,
  pinned: boolean,
): Promise<void> {
  await ctx.db.tx(async (tx) => {
    await tx.query('UPDATE record.discussions SET pinned = $2 WHERE id = $1', [discussion.id, pinned]);
    await addEvent(tx, discussion.id, actor.id, { type: 'pinning-change', data: { pinned } });
  });
}
