import type { HubConnection, RepoRef, SessionActor } from '@assay/client';

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
  const url = `${hub.endpoint}/api/${repo.type}s/${repo.name}/auth-check/write`;
  return (await (hub.fetch ?? fetch)(url, { headers: hub.headers })).ok;
}
