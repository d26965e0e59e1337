import type { HubConnection, RepoRef, SessionActor } from '@assay/client';
import { askHub } from './ask-hub.ts';

/**
 * Whether a visitor may write to a repo, by the hub's own answer. Only decides which buttons a page draws: the hub
 * asks again for itself at every command.
 */
export async function mayWrite(
  hub: HubConnection,
  actor: SessionActor | null,
  repo: RepoRef,
): Promise<boolean> {
  if (!actor) return false;
  return (await askHub(hub, `/api/${repo.type}s/${repo.name}/auth-check/write`)).ok;
}
