import type { Actor } from '../auth/actor.ts';
import type { Author } from '../git/commit-writer.ts';

/** Who a commit made by the hub is by. The address leads nowhere: mail addresses are not published with commits. */
export function toAuthor(actor: Pick<Actor, 'name'>): Author {
  return { name: actor.name, email: `${actor.name}@users.noreply.invalid` };
}
